import { type Json, canonicalJson } from '@salus/base'
import {
  CHECK_IN_KIND,
  CHECK_IN_SCALES,
  DOSE_KIND,
  LAB_RESULT_KIND,
  type SamplePerson,
  decodeCheckIn,
  decodeDose,
  decodeLabResult,
} from '@salus/domain'
import type { RecordState } from '@salus/sync'
import type { OpenVault } from './open-vault.ts'
import { unitOf, valueText } from './views/result-view.ts'

/** Version of the open JSON form. */
const EXPORT_VERSION = 1

const CSV_HEADER = [
  'kind',
  'id',
  'takenAt',
  'label',
  'catalogueId',
  'value',
  'unit',
  'rangeLow',
  'rangeHigh',
  'rangeText',
  'site',
  'note',
]

/**
 * Every record that is not deleted, of known and unknown kinds alike, in the order of categories and ids on any device.
 * That of a sample says so in `sample`.
 */
export function exportJson(vault: OpenVault, sample: SamplePerson | null): string {
  const streams = [...vault.core.keyring]
    .map(([stream, { category }]) => ({
      category,
      records: liveRecords(vault.replica.stream(stream).records.values()),
    }))
    .sort((a, b) => (a.category < b.category ? -1 : 1))
  const records = streams.flatMap(({ category, records: live }) =>
    live.map((record): Json => {
      const conflicts = Object.fromEntries(
        record.conflicts.map((field): [string, Json] => [field, record.heads(field).map((head) => head.value)]),
      )
      const base = { category, fields: record.shown, id: record.id, kind: record.kind, version: record.version }
      return record.conflicts.length === 0 ? base : { ...base, conflicts }
    }),
  )
  return `${canonicalJson({
    format: 'salus-records',
    records,
    ...(sample === null ? {} : { sample }),
    version: EXPORT_VERSION,
  })}\n`
}

/** Results, doses and check-ins as one table (RFC 4180), a row for each rating. Rows of a sample are of kinds `sample:…`. */
export function exportCsv(vault: OpenVault, sample: SamplePerson | null): string {
  const rows = [
    ...liveRecords(vault.stream('labs').records.values()).flatMap(labRow),
    ...liveRecords(vault.stream('treatments').records.values()).flatMap(doseRow),
    ...liveRecords(vault.stream('journal').records.values()).flatMap(checkInRows),
  ].map(([kind = '', ...cells]) => [sample === null ? kind : `sample:${kind}`, ...cells])
  return [CSV_HEADER, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

function liveRecords(records: Iterable<RecordState>): RecordState[] {
  return [...records].filter((record) => !record.isDeleted).sort((a, b) => (a.id < b.id ? -1 : 1))
}

function labRow(record: RecordState): string[][] {
  const result = record.kind === LAB_RESULT_KIND ? decodeLabResult(record.shown) : undefined
  if (result?.ok !== true) return []
  const { label, marker, value, range, takenAt, note } = result.value
  const [interval] = range
  const bounds = [interval?.low ?? '', interval?.high ?? '', interval?.text ?? '']
  return [
    [
      record.kind,
      record.id,
      takenAt?.text ?? '',
      label,
      marker ?? '',
      valueText(value),
      unitOf(value),
      ...bounds,
      '',
      note ?? '',
    ],
  ]
}

function doseRow(record: RecordState): string[][] {
  const dose = record.kind === DOSE_KIND ? decodeDose(record.shown) : undefined
  if (dose?.ok !== true) return []
  const { label, compound, amount, takenAt, site, note } = dose.value
  return [
    [
      record.kind,
      record.id,
      takenAt.text,
      label,
      compound ?? '',
      amount.text,
      amount.unit,
      '',
      '',
      '',
      site ?? '',
      note ?? '',
    ],
  ]
}

function checkInRows(record: RecordState): string[][] {
  const checkIn = record.kind === CHECK_IN_KIND ? decodeCheckIn(record.shown) : undefined
  if (checkIn?.ok !== true) return []
  const { takenAt, note } = checkIn.value
  const row = (label: string, value: string, words: string): string[] => {
    return [record.kind, record.id, takenAt.text, label, '', value, '', '', '', '', '', words]
  }
  const ratings = CHECK_IN_SCALES.flatMap((scale) => {
    const rating = checkIn.value[scale]
    return rating === null ? [] : [row(scale, String(rating), '')]
  })
  return note === null ? ratings : [...ratings, row('note', '', note)]
}

/** What a spreadsheet would run as a formula. A number may begin with a sign; words may not. */
const FORMULA = /^(?:[=+@\t\r]|-(?![\d.,]+$))/

/** Quoted as RFC 4180 §2 has it; an imported label that a spreadsheet would run is marked as text with an apostrophe. */
function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
