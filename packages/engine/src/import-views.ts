import type { ComponentView } from './view-types.ts'

/* What a screen is shown of imports. */

export interface ImportsView {
  /** Newest first. */
  readonly imports: readonly ImportView[]
}

export interface ImportView {
  readonly id: string
  readonly fileName: string
  readonly format: string
  readonly atMs: number
  readonly records: number
}

export interface ImportFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface ImportPreview {
  readonly previewId: string
  readonly fileName: string
  readonly format: string
  /** Items in the format's own terms, contained ones included. */
  readonly source: Readonly<Record<string, number>>
  /** Records that would be written, by kind. */
  readonly newRecords: Readonly<Record<string, number>>
  /** Already in the vault, or twice in the file. */
  readonly duplicates: number
  /** ISO dates; null when nothing is dated. */
  readonly from: string | null
  readonly to: string | null
  /** The first rows as they would read; at most {@link PREVIEW_ROWS_MAX}. */
  readonly sample: readonly {
    readonly label: string
    readonly valueText: string
    readonly unit: string
    /** Of a result that has several values in place of one. */
    readonly components: readonly ComponentView[]
    readonly takenAtText: string
  }[]
  readonly problems: readonly ImportProblem[]
}

export const PREVIEW_ROWS_MAX = 50

export interface ImportProblem {
  readonly where: string
  /** What the screen's words need, such as the label of a result. */
  readonly params: Readonly<Record<string, string | number>>
  /** Typed code for the screen's own words. */
  readonly code: string
  /** The same in an English sentence, for the command line. */
  readonly reason: string
}

export interface ImportDone {
  readonly importId: string
  readonly written: number
  readonly duplicates: number
}
