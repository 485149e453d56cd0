/** A number as its source writes it: `1.0E-2`, `3.50`, more digits than a binary float holds. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** JSON with its numbers' digits kept. Objects are maps in the source's order: no key is special. */
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | ExactObject
/** A JSON object. */
export type ExactObject = ReadonlyMap<string, ExactJson>

/** True for a JSON object. */
export function isExactObject(value: ExactJson | undefined): value is ExactObject {
  return value instanceof Map
}

/** True for a JSON array. */
export function isExactArray(value: ExactJson | undefined): value is readonly ExactJson[] {
  return Array.isArray(value)
}

/** Writes JSON text with keys sorted by UTF-16 code units, no white space and every number as its source wrote it. */
export function exactJsonText(value: ExactJson): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (value instanceof ExactNumber) return value.text
  if (isExactArray(value)) return `[${value.map(exactJsonText).join(',')}]`
  let members = ''
  for (const key of [...value.keys()].sort()) {
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${exactJsonText(value.get(key) ?? null)}`
  }
  return `{${members}}`
}
