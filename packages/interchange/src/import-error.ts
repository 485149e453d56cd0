import type { JsonError } from './json/read-json.ts'

/** Bytes of a file that is read in one piece. */
export const IMPORT_BYTES_MAX = 100 * 1024 * 1024

/** Why a content is none of the formats that are read. */
export type UnknownFormatReason = 'NotText' | 'NeitherJsonNorXml' | 'JsonWithoutFhir' | 'XmlWithoutFhir'

/** Why a file cannot be imported at all. */
export type ImportError =
  | { readonly type: 'EmptyFile' }
  | { readonly type: 'FileTooLarge'; readonly bytesMax: number }
  | { readonly type: 'UnknownFormat'; readonly reason: UnknownFormatReason }
  /** Known for what it is, but no reader yet. */
  | { readonly type: 'NotReadYet'; readonly format: 'fhir-xml' }
  | JsonError

/** The error in English, for the command line. */
export function importErrorSentence(error: ImportError): string {
  switch (error.type) {
    case 'EmptyFile':
      return 'The file is empty.'
    case 'FileTooLarge':
      return `The file is larger than ${error.bytesMax / (1024 * 1024)} MiB.`
    case 'UnknownFormat':
      return `Unknown format: ${UNKNOWN_FORMAT_SENTENCES[error.reason]}`
    case 'NotReadYet':
      return 'This is FHIR XML, which is not read yet. FHIR JSON and NDJSON are.'
    case 'BadJson':
      return `Not valid JSON: ${error.problem} at line ${error.line}, column ${error.column}.`
  }
}

const UNKNOWN_FORMAT_SENTENCES: Readonly<Record<UnknownFormatReason, string>> = {
  NotText: 'the content is not text in UTF-8 or UTF-16.',
  NeitherJsonNorXml: 'the content is neither JSON nor XML.',
  JsonWithoutFhir: 'this is JSON, but holds no FHIR resource.',
  XmlWithoutFhir: 'this is XML, but not of FHIR.',
}
