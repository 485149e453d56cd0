/** Why something of a file is not written, or was written otherwise than it stands; a screen translates the code. */
export type ProblemReason =
  /** The source says that it is wrong. Not written. */
  | { readonly code: 'EnteredInError'; readonly label: string }
  /** It carries a modifierExtension that changes its meaning in a way unknown here. Not written. */
  | { readonly code: 'UnknownModifier'; readonly label: string }
  /** Larger than a record may be. Not written. */
  | { readonly code: 'TooLarge'; readonly label: string }
  /** A resource type that Salus does not keep yet. Not written. */
  | { readonly code: 'NotKeptYet'; readonly resourceType: string; readonly count: number }
  /** The same observation, content and all, stands at `first` already. Written once. */
  | { readonly code: 'DuplicateInFile'; readonly label: string; readonly first: string }
  /** A line of an NDJSON file that is no JSON. The others are read. */
  | { readonly code: 'BadLine'; readonly line: number; readonly column: number; readonly problem: string }
  /** An entry that is no FHIR resource. Not written. */
  | { readonly code: 'NotAResource' }
  /** A date that is none. Kept in words, undated. */
  | { readonly code: 'UnreadableDate'; readonly label: string; readonly text: string }
  /** No date at all. Kept without one. */
  | { readonly code: 'Undated'; readonly label: string }
  /** No value and no parts. Kept, with the reason that the file gives. */
  | { readonly code: 'NoValue'; readonly label: string; readonly text: string }
  /** A unit that is not known, or not for this marker. Kept as printed, never converted. */
  | { readonly code: 'UnknownUnit'; readonly label: string; readonly unit: string }
  /** A text or list longer than a record holds. Written, cut. */
  | { readonly code: 'TextCut'; readonly label: string }
  /** The file speaks of several people. All of it is written: look before you import. */
  | { readonly code: 'SeveralSubjects'; readonly count: number }
  /** More of the above than {@link PROBLEMS_MAX}. */
  | { readonly code: 'MoreProblems'; readonly count: number }

/** Something that the preview names. */
export interface ImportProblem {
  /** Place in the file: `entry[3]`, `line 7`, `file` for the whole. */
  readonly where: string
  readonly reason: ProblemReason
}

/** Problems that a plan names one by one; the rest are counted. */
export const PROBLEMS_MAX = 1_000

/** Collects problems up to {@link PROBLEMS_MAX}. */
export class ProblemList {
  readonly #problems: ImportProblem[] = []
  #more = 0

  add(where: string, reason: ProblemReason): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ where, reason })
    else this.#more += 1
  }

  toArray(): readonly ImportProblem[] {
    if (this.#more === 0) return this.#problems
    return [...this.#problems, { where: 'file', reason: { code: 'MoreProblems', count: this.#more } }]
  }
}

/** The reason in English, for the command line. */
export function problemSentence(reason: ProblemReason): string {
  switch (reason.code) {
    case 'EnteredInError':
      return `Not written: ${quoted(reason.label)} is marked "entered in error" by its source.`
    case 'UnknownModifier':
      return `Not written: ${quoted(reason.label)} carries an extension that changes its meaning.`
    case 'TooLarge':
      return `Not written: ${quoted(reason.label)} is larger than a record may be.`
    case 'NotKeptYet':
      return `Not kept yet: ${reason.count} ${reason.resourceType}.`
    case 'DuplicateInFile':
      return `Written once: ${quoted(reason.label)} is the same as at ${reason.first}.`
    case 'BadLine':
      return `Line ${reason.line} is not JSON (${reason.problem} at column ${reason.column}); the other lines are read.`
    case 'NotAResource':
      return 'Not written: this entry is not a FHIR resource.'
    case 'UnreadableDate':
      return `Written without a date: "${reason.text}" of ${quoted(reason.label)} is not a date.`
    case 'Undated':
      return `Written without a date: ${quoted(reason.label)} has none.`
    case 'NoValue':
      return `Written without a value: ${quoted(reason.label)} has none${reason.text === '' ? '' : ` (${reason.text})`}.`
    case 'UnknownUnit':
      return `Written as printed: the unit "${reason.unit}" of ${quoted(reason.label)} is not known and not converted.`
    case 'TextCut':
      return `Written, but cut: ${quoted(reason.label)} has a longer text or list than a record holds.`
    case 'SeveralSubjects':
      return `The results are of ${reason.count} people.`
    case 'MoreProblems':
      return `${reason.count} more problems are not listed.`
  }
}

function quoted(label: string): string {
  return label === '' ? 'a result without a name' : `"${label}"`
}
