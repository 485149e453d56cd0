import type {
  CatalogueInterval,
  Confidence,
  Marker,
  MarkerId,
  OrdinalScale,
  ReferenceGroup,
  UnitConversion,
} from './marker.ts'
import { type Cell, type TextTable, listCell, mapRows, optionalCell } from './table.ts'

/** The rows of `markers.json` as markers. @throws when the table is not what this commit expects. */
export function readMarkers(table: TextTable): readonly Marker[] {
  return mapRows(table, readMarker)
}

function readMarker(cell: Cell): Marker {
  return {
    id: readMarkerId(cell('id')),
    name: cell('name'),
    synonyms: listCell(cell('synonyms'), '|'),
    category: cell('category'),
    loincCodes: listCell(cell('loinc'), '|'),
    canonicalUnit: optionalCell(cell('ucum_canonical')),
    otherUnits: listCell(cell('other_units'), ';').map(readConversion),
    molarMass: optionalCell(cell('molar_mass_g_mol')),
    ordinalScale: cell('ucum_canonical') === '' ? readOrdinalScale(cell('ref_notes')) : null,
    intervals: readIntervals(cell),
    intervalNotes: cell('ref_notes'),
    limitMin: cell('limit_min'),
    limitMax: cell('limit_max'),
    decimals: Number(cell('decimals')),
    cviPct: optionalCell(cell('cvi_pct')),
    cvaPct: optionalCell(cell('cva_pct')),
    variationSource: cell('bv_source'),
    source: cell('source'),
    confidence: readConfidence(cell('confidence')),
    checked: cell('checked'),
  }
}

const GROUPS: readonly ReferenceGroup[] = ['male', 'female', 'follicular', 'luteal', 'postmenopausal']

function readIntervals(cell: Cell): Partial<Record<ReferenceGroup, CatalogueInterval>> {
  const intervals: Partial<Record<ReferenceGroup, CatalogueInterval>> = {}
  for (const group of GROUPS) {
    const low = cell(`ref_${group}_low`)
    const high = cell(`ref_${group}_high`)
    if (low === '' && high === '') continue
    intervals[group] = { ...(low === '' ? {} : { low }), ...(high === '' ? {} : { high }) }
  }
  return intervals
}

/** `unit:factor` or `unit:factor:offset`; units hold no colon. */
function readConversion(text: string): UnitConversion {
  const [unit = '', factor = '', offset = '0'] = text.split(':')
  return { unit, factor, offset }
}

/** `ordinal: a|b|c; expected x. More words.` */
function readOrdinalScale(notes: string): OrdinalScale {
  const match = /^ordinal: ([^;]+); expected ([^.]+)\./.exec(notes)
  if (match === null) throw new Error('Invariant broken: a marker without unit has no ordinal scale')
  const [, ranks = '', expected = ''] = match
  return { ranks: ranks.split('|'), expected }
}

/** An id of the catalogue, where marker ids come from; that those of compounds exist is tested. */
export function readMarkerId(text: string): MarkerId {
  // The brand is made here, of the catalogue's own text.
  return text as MarkerId
}

/** @throws for another word than high, medium or low. */
export function readConfidence(text: string): Confidence {
  if (text === 'high' || text === 'medium' || text === 'low') return text
  throw new Error('Invariant broken: unknown confidence in a catalogue')
}
