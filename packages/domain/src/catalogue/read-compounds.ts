import type { Compound, CompoundId } from './compound.ts'
import { readConfidence, readMarkerId } from './read-markers.ts'
import { type Cell, type TextTable, listCell, mapRows, optionalCell } from './table.ts'

/** The rows of `compounds.json` as compounds. @throws when the table is not what this commit expects. */
export function readCompounds(table: TextTable): readonly Compound[] {
  return mapRows(table, readCompound)
}

function readCompound(cell: Cell): Compound {
  return {
    // The catalogue is where compound ids come from.
    id: cell('id') as CompoundId,
    name: cell('name'),
    synonyms: listCell(cell('synonyms'), '|'),
    compoundClass: cell('class'),
    routes: listCell(cell('routes'), '|'),
    doseUnit: cell('dose_unit'),
    scheduleForms: listCell(cell('schedule_forms'), '|'),
    halfLifeH: optionalCell(cell('half_life_h')),
    halfLifeLowH: optionalCell(cell('half_life_h_low')),
    halfLifeHighH: optionalCell(cell('half_life_h_high')),
    halfLifeKind: cell('half_life_kind'),
    tmaxLowH: optionalCell(cell('tmax_h_low')),
    tmaxHighH: optionalCell(cell('tmax_h_high')),
    activeFraction: cell('active_fraction'),
    monitorMarkers: listCell(cell('monitor_markers'), '|').map(readMarkerId),
    source: cell('source'),
    confidence: readConfidence(cell('confidence')),
    notes: cell('notes'),
  }
}
