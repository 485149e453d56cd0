import type { FieldChange } from '@salus/engine/view-types'

/** Members that say in codes what another says in words, or where a record came from. */
const IN_OTHER_WORDS: ReadonlySet<string> = new Set(['marker', 'compound', 'source'])

/** What a reader wants to see of a change. */
export function shownFields(fields: readonly FieldChange[]): readonly FieldChange[] {
  return fields.filter(({ field }) => !IN_OTHER_WORDS.has(field))
}
