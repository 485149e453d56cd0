import { type Bytes, base64UrlToBytes, bytesToUtf8, canonicalJson, parseCanonicalJson, utf8ToBytes } from '@salus/base'
import {
  decodeCheckIn,
  decodeDeviceName,
  decodeDose,
  decodeImportRecord,
  decodeLabResult,
  loadCatalogue,
  parseDecimal,
  parseFhirDecimal,
  parseReportedValue,
  parseStoredDecimal,
} from '@salus/domain'
import { detectFormat, readJson } from '@salus/interchange'
import { planFile, problemRow } from '../../packages/engine/src/plan-file.ts'
import { decodeText } from '../../packages/interchange/src/decode-text.ts'
import { parseDraft } from '../../apps/web/src/features/shell/parse-draft.ts'
import { parseEntryLink } from '../../apps/web/src/state/entry-link.ts'
import { parseServedVersion } from '../../apps/web/src/state/served-version.ts'
import type { FuzzTarget } from './fuzz-target.ts'

const catalogue = await loadCatalogue()
const text = (bytes: Bytes): string => new TextDecoder().decode(bytes)
const seedsOf = (...values: readonly unknown[]): Bytes[] => values.map((value) => utf8ToBytes(JSON.stringify(value)))

const OBSERVATION = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2986-8', display: 'Testosterone' }], text: 'Testosterone' },
  subject: { reference: 'Patient/p' },
  effectiveDateTime: '2024-03-01T08:30:00+01:00',
  valueQuantity: { value: 5.25, unit: 'ng/mL', system: 'http://unitsofmeasure.org', code: 'ng/mL', comparator: '<' },
  referenceRange: [{ low: { value: 2.5, unit: 'ng/mL' }, high: { value: 8.4, unit: 'ng/mL' }, text: '2.5 - 8.4' }],
  interpretation: [{ coding: [{ code: 'H' }] }],
  note: [{ text: 'fasting' }],
}
const PANEL = {
  ...OBSERVATION,
  id: 'o2',
  valueQuantity: undefined,
  component: [
    { code: { text: 'a' }, valueString: 'negative' },
    { code: { text: 'b' }, valueInteger: 3 },
  ],
}
const BUNDLE = {
  resourceType: 'Bundle',
  type: 'searchset',
  entry: [
    { fullUrl: 'urn:uuid:1', resource: OBSERVATION },
    { resource: PANEL },
    { resource: { resourceType: 'Patient', id: 'p' } },
  ],
}
const LAB_RESULT = {
  marker: 'testosterone',
  label: 'Testosterone',
  value: { type: 'quantity', text: '5.25', unit: 'ng/mL' },
  takenAt: { ms: 1_700_000_000_000, zone: 'Europe/Berlin' },
  range: { text: '2.5 - 8.4' },
}

/** Every reader of fields that a batch of another device brings. */
function readRecord(bytes: Bytes): void {
  const json = bytesToUtf8(bytes)
  const value = json.ok ? parseCanonicalJson(json.value) : json
  if (!value.ok || typeof value.value !== 'object' || value.value === null || Array.isArray(value.value)) return
  const fields = value.value as Parameters<typeof decodeLabResult>[0]
  for (const decode of [decodeLabResult, decodeDose, decodeCheckIn, decodeDeviceName, decodeImportRecord])
    decode(fields)
}

/** Files, texts and addresses that a person, or an attacker through one, brings to the app. */
export const FILE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'import of FHIR',
    shape: 'json',
    seeds: seedsOf(OBSERVATION, PANEL, BUNDLE, [OBSERVATION]),
    read: planned,
  },
  {
    name: 'import of NDJSON',
    shape: 'bytes',
    seeds: [utf8ToBytes(`${JSON.stringify(OBSERVATION)}\n${JSON.stringify(PANEL)}\r\n\n`)],
    read: planned,
  },
  {
    name: 'file format',
    shape: 'bytes',
    seeds: [utf8ToBytes('<Bundle xmlns="http://hl7.org/fhir"/>'), utf8ToBytes(' {"a":1}')],
    read: detectFormat,
  },
  {
    name: 'text encoding',
    shape: 'bytes',
    seeds: [utf8ToBytes('ä{'), Uint8Array.from([0xff, 0xfe, 0x41, 0x00])],
    read: decodeText,
  },
  {
    name: 'JSON with exact numbers',
    shape: 'json',
    seeds: seedsOf(OBSERVATION, [1e3, -0.5, 'x\u2028']),
    read: (bytes) => readJson(text(bytes)),
  },
  {
    name: 'canonical JSON',
    shape: 'json',
    seeds: seedsOf({ a: [1, 'ä', null], b: { c: true } }),
    read: (bytes) => {
      const parsed = parseCanonicalJson(text(bytes))
      if (parsed.ok && canonicalJson(parsed.value) !== text(bytes)) throw new Error('a second spelling is taken')
    },
  },
  { name: 'base64url', shape: 'bytes', seeds: [utf8ToBytes('AAECAw')], read: (bytes) => base64UrlToBytes(text(bytes)) },
  {
    name: 'typed numbers',
    shape: 'bytes',
    seeds: ['0,25', '1.234,5', '< 0.1', '> 1 000', '12–15', '1e-3'].map(utf8ToBytes),
    read: (bytes) => {
      for (const parse of [parseDecimal, parseFhirDecimal, parseStoredDecimal, parseReportedValue]) parse(text(bytes))
    },
  },
  {
    name: 'record fields',
    shape: 'json',
    seeds: seedsOf(LAB_RESULT, { name: 'phone' }, { amount: '1', compound: 'x', takenAt: LAB_RESULT.takenAt }),
    read: readRecord,
  },
  {
    name: 'version file',
    shape: 'json',
    seeds: seedsOf({ build: 'abc', version: '0.1.0' }),
    read: (bytes) => parseServedVersion(text(bytes)),
  },
  {
    name: 'address that opens the app',
    shape: 'bytes',
    seeds: ['https://salus.example/#invite=abc', 'https://salus.example/#pair=bOTNu_H3Gzmvl5W6_nLehg'].map(utf8ToBytes),
    read: (bytes) => parseEntryLink(text(bytes)),
  },
  {
    name: 'kept form',
    shape: 'json',
    seeds: seedsOf({ label: 'x', units: ['mg'], isOther: true }),
    read: (bytes) => parseDraft(text(bytes), { label: '', units: [''], isOther: false }),
  },
]

function planned(bytes: Bytes): void {
  const planOf = planFile(catalogue, bytes, 'fuzz')
  if (planOf.ok) for (const problem of planOf.value.plan.problems) problemRow(problem)
}
