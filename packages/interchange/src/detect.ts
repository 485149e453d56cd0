import { type Result, err, ok } from '@salus/base'
import { decodeText } from './decode-text.ts'
import { IMPORT_BYTES_MAX, type ImportError } from './import-error.ts'
import { type ExactJson, isExactArray, isExactObject } from './json/exact-json.ts'
import { readJson, readJsonPrefix } from './json/read-json.ts'

/** A file's format, known by its content, with what was read on the way to know it. */
export type Detected =
  | { readonly format: 'fhir-json'; readonly value: ExactJson }
  | { readonly format: 'fhir-ndjson'; readonly text: string }

/** Lines that are tried before a text with a broken first line is held for something else than NDJSON. */
const NDJSON_PROBE_LINES_MAX = 20
/** Characters of an XML file in which its root element must stand. */
const XML_PROBE_LENGTH_MAX = 8_192

/** Says what a file is. The name and its ending are never asked. */
export function detectFormat(bytes: Uint8Array): Result<Detected, ImportError> {
  if (bytes.length > IMPORT_BYTES_MAX) return err({ type: 'FileTooLarge', bytesMax: IMPORT_BYTES_MAX })
  const decoded = decodeText(bytes)
  if (!decoded.ok) return err({ type: 'UnknownFormat', reason: 'NotText' })
  const text = decoded.value
  const first = /\S/.exec(text)?.[0]
  if (first === undefined) return err({ type: 'EmptyFile' })
  if (first === '<') return detectXml(text)
  if (first === '{' || first === '[') return detectJson(text)
  return isNdjson(text)
    ? ok({ format: 'fhir-ndjson', text })
    : err({ type: 'UnknownFormat', reason: 'NeitherJsonNorXml' })
}

/** The lines of an NDJSON text with their numbers from 1; blank ones are left out, CRLF is taken. */
export function* ndjsonLines(text: string): Generator<{ readonly line: number; readonly text: string }> {
  let line = 0
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    line += 1
    const content = text.slice(start, end).trim()
    if (content !== '') yield { line, text: content }
    start = end + 1
  }
}

/** True for an object that names its resource type, as every FHIR resource does. */
export function isResource(value: ExactJson | undefined): boolean {
  return isExactObject(value) && typeof value.get('resourceType') === 'string'
}

function detectXml(text: string): Result<Detected, ImportError> {
  const isFhir = text.slice(0, XML_PROBE_LENGTH_MAX).includes('http://hl7.org/fhir')
  return err(isFhir ? { type: 'NotReadYet', format: 'fhir-xml' } : { type: 'UnknownFormat', reason: 'XmlWithoutFhir' })
}

function detectJson(text: string): Result<Detected, ImportError> {
  const whole = readJson(text)
  if (whole.ok) {
    const isFhir = isResource(whole.value) || (isExactArray(whole.value) && whole.value.some(isResource))
    return isFhir
      ? ok({ format: 'fhir-json', value: whole.value })
      : err({ type: 'UnknownFormat', reason: 'JsonWithoutFhir' })
  }
  return isNdjson(text) ? ok({ format: 'fhir-ndjson', text }) : whole
}

/** Several lines of which one of the first is a resource by itself. A pretty-printed or cut-off resource has no such line. */
function isNdjson(text: string): boolean {
  let probed = 0
  for (const line of ndjsonLines(text)) {
    const prefix = line.text.startsWith('{') ? readJsonPrefix(line.text) : null
    if (prefix?.ok === true && prefix.value.end === line.text.length && isResource(prefix.value.value)) return true
    probed += 1
    if (probed >= NDJSON_PROBE_LINES_MAX) return false
  }
  return false
}
