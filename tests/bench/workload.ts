import { type Bytes, type JsonObject, bytesToBase64Url, utf8ToBytes } from '@salus/base'
import { createSeededNumbers } from '../../packages/domain/src/sample/seeded-numbers.ts'
import type { Op } from '@salus/sync'

/** One record of the common workload; the same index gives the same record on every machine. */
export interface WorkloadRecord {
  readonly id: string
  readonly fields: JsonObject
}

const HOUR_MS = 3_600_000
const FIRST_TAKEN_MS = Date.UTC(2014, 0, 1)
const RECORD_ID_BYTES = 16
/** Characters of a note, at least and at most. */
const NOTE_CHARACTERS_MIN = 86
const NOTE_CHARACTERS_MAX = 126

/** Markers of the catalogue with the unit and the span of values that a laboratory would print. */
const MARKERS: readonly (readonly [id: string, unit: string, low: number, high: number, loinc: string])[] = [
  ['testosterone-total', 'ng/dL', 250, 1_100, '2986-8'],
  ['testosterone-free', 'pg/mL', 40, 240, '2991-8'],
  ['estradiol', 'pg/mL', 8, 60, '2243-4'],
  ['shbg', 'nmol/L', 12, 80, '13967-5'],
  ['lh', 'IU/L', 1, 9, '10501-5'],
  ['fsh', 'IU/L', 1, 12, '15067-2'],
  ['prolactin', 'ng/mL', 3, 20, '2842-3'],
  ['hematocrit', '%', 38, 54, '4544-3'],
  ['hemoglobin', 'g/dL', 12, 18, '718-7'],
  ['glucose-fasting', 'mg/dL', 70, 130, '2345-7'],
  ['hba1c', '%', 4, 8, '4548-4'],
  ['ldl-c', 'mg/dL', 50, 190, '13457-7'],
  ['hdl-c', 'mg/dL', 30, 90, '2085-9'],
  ['triglycerides', 'mg/dL', 40, 300, '2571-8'],
  ['alt', 'U/L', 8, 80, '1742-6'],
  ['ast', 'U/L', 8, 70, '1920-8'],
  ['creatinine', 'mg/dL', 1, 2, '2160-0'],
  ['tsh', 'mIU/L', 1, 6, '3016-3'],
  ['ferritin', 'ng/mL', 20, 400, '2276-4'],
  ['psa-total', 'ng/mL', 0, 4, '2857-1'],
]

/** Common English words: what people write in notes is about as predictable. */
const WORDS =
  'the of and to in is was that for on with as at by from this have not had after before about into over morning evening night week month day blood draw drawn fasting fasted sample lab result level value higher lower same stable better worse slept well badly felt tired awake energy mood calm tense headache nausea appetite weight training heavy light rest run walk gym session late early dose injection tablet patch cream changed unchanged increased reduced missed skipped doubled half quarter left right thigh shoulder doctor clinic nurse said asked told advised repeat again next visit appointment prescription pharmacy insurance water coffee alcohol dinner breakfast lunch protein salt sugar meal travel work stress holiday weekend monday tuesday wednesday thursday friday saturday sunday slightly very much little more less still already perhaps probably definitely feeling symptom pain swelling redness warm cold dry skin hair joint muscle breast chest heart pulse pressure reading measured home device fine good bad normal high low range above below limit reference compared with last previous first second third since until around between during without within because although however therefore'.split(
    ' ',
  )

/** The first `count` records of a seed, an hour apart. */
export function workloadRecords(count: number, seed = 1): WorkloadRecord[] {
  const next = createSeededNumbers(seed)
  return Array.from({ length: count }, (_, index) => {
    const id = bytesToBase64Url(Uint8Array.from({ length: RECORD_ID_BYTES }, () => Math.floor(next() * 256)))
    const { marker, value, unit, note } = drawRecord(next)
    const takenMs = FIRST_TAKEN_MS + index * HOUR_MS
    const takenAt = { instantMs: takenMs, precision: 'instant', text: new Date(takenMs).toISOString() }
    return { id, fields: { marker, note, takenAt, value: { kind: 'quantity', text: value, unit } } }
  })
}

/** A patch that makes each record. */
export function workloadOps(records: readonly WorkloadRecord[]): Op[] {
  return records.map(({ id, fields }) => ({ type: 'patch', id, kind: 'labResult', version: 1, fields, replaces: {} }))
}

/** The same records as a laboratory's file: FHIR R4 Observations, one a line. */
export function workloadNdjson(count: number, seed = 1): Bytes {
  const next = createSeededNumbers(seed)
  const lines = Array.from({ length: count }, (_, index) => {
    const { marker, value, unit, note, loinc } = drawRecord(next)
    return JSON.stringify({
      resourceType: 'Observation',
      id: `w${index}`,
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: loinc }], text: marker },
      effectiveDateTime: new Date(FIRST_TAKEN_MS + index * HOUR_MS).toISOString(),
      valueQuantity: { value: Number(value), unit, system: 'http://unitsofmeasure.org', code: unit },
      note: [{ text: note }],
    })
  })
  return utf8ToBytes(`${lines.join('\n')}\n`)
}

/** A marker whose newest record a live edit changes, and how the form would be filled in. */
export const LIVE_MARKER = { markerId: 'testosterone-total', unit: 'ng/dL' } as const

function drawRecord(next: () => number) {
  const [marker, unit, low, high, loinc] = MARKERS[Math.floor(next() * MARKERS.length)] ?? ['', '', 0, 1, '']
  const value = (low + next() * (high - low)).toFixed(1)
  return { marker, unit, loinc, value, note: drawNote(next) }
}

function drawNote(next: () => number): string {
  const length = NOTE_CHARACTERS_MIN + Math.floor(next() * (NOTE_CHARACTERS_MAX - NOTE_CHARACTERS_MIN + 1))
  let note = ''
  while (note.length < length) note += `${note === '' ? '' : ' '}${WORDS[Math.floor(next() * WORDS.length)] ?? ''}`
  return note.slice(0, length).trimEnd()
}
