/** One verification step, disabled by a change of its source. */
export interface Mutant {
  /** What is checked, with the rule that asks for it. */
  readonly step: string
  /** What passes when it isn't. */
  readonly mutation: string
  readonly file: string
  /** Stands exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** Test files of which at least one test must fail then. */
  readonly suites: readonly string[]
}

/** The file with the step disabled; undefined where its text is not found exactly once. */
export function mutate(text: string, { find, replace }: Pick<Mutant, 'find' | 'replace'>): string | undefined {
  const parts = text.split(find)
  return parts.length === 2 ? parts.join(replace) : undefined
}
