import type { JsonObject } from '@salus/base'
import type { RecordCategory } from '@salus/domain'
import type { ImportProblem } from './import-problem.ts'

/** The formats that are read, by content and not by name. */
export type ImportFormat = `fhir-${'r4' | 'stu3' | 'dstu2'}-${'json' | 'ndjson'}`

/** A record that the import would write. */
export interface PlannedRecord {
  readonly kind: string
  readonly category: RecordCategory
  /**
   * Text that stands for this observation and nothing else: the same in every file that holds it. The engine derives
   * the record's id from it, so that a second import of the same or an overlapping file adds nothing.
   */
  readonly idSeed: string
  readonly fields: JsonObject
}

/** What importing a file would do. Plain values; nothing is written yet. */
export interface ImportPlan {
  readonly format: ImportFormat
  /** Items of the source in its own terms, contained ones included: FHIR resource types and their counts. */
  readonly source: Readonly<Record<string, number>>
  readonly records: readonly PlannedRecord[]
  /** First and last reported date of the records (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`); null when all are undated. */
  readonly from: string | null
  readonly to: string | null
  readonly problems: readonly ImportProblem[]
  /** What is written as it stands, and yet has no date, no value or no unit that can be read. */
  readonly oddities: readonly ImportProblem[]
  /** Items that the file holds once more: all of them, however many problems are listed. */
  readonly duplicatesInFile: number
}
