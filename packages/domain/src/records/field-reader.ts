import { type Json, type JsonObject, type Result, err, isArray, isJsonObject, ok } from '@salus/base'

/** Why a record's fields are not what its kind asks for. `field` is a path such as `value.text`. */
export type DecodeError =
  | { readonly type: 'MissingField'; readonly field: string }
  | { readonly type: 'WrongField'; readonly field: string }
  | { readonly type: 'FieldTooLong'; readonly field: string; readonly max: number }

/** Characters of a name, code, unit or other short text. */
export const SHORT_TEXT_MAX = 1_000
/** Characters of a note or another long text. */
export const LONG_TEXT_MAX = 20_000
/** Items of a list within a record: codings, components, ranges. */
export const LIST_ITEMS_MAX = 500

/**
 * Reads members of an untrusted object. The first thing that is wrong is remembered, and reading goes on with an empty
 * value of the type, so that a decoder is one straight expression; {@link FieldReader.result} gives the verdict.
 * Members that nobody reads are left alone.
 */
export class FieldReader {
  readonly #object: JsonObject
  readonly #path: string
  readonly #root: FieldReader
  #error: DecodeError | undefined

  constructor(object: JsonObject, path = '', root?: FieldReader) {
    this.#object = object
    this.#path = path
    this.#root = root ?? this
  }

  result<T>(value: T): Result<T, DecodeError> {
    return this.#root.#error === undefined ? ok(value) : err(this.#root.#error)
  }

  has(name: string): boolean {
    const value = this.#value(name)
    return value !== undefined && value !== null
  }

  text(name: string, max: number = SHORT_TEXT_MAX): string {
    return this.optionalText(name, max) ?? (this.has(name) ? '' : this.#missing(name, ''))
  }

  optionalText(name: string, max: number = SHORT_TEXT_MAX): string | undefined {
    const value = this.#value(name)
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string') return this.#wrong(name, undefined)
    if (value.length > max) return this.#fail({ type: 'FieldTooLong', field: this.#pathOf(name), max }, undefined)
    return value
  }

  /** `{[name]: text}` when it is there: for spreading into a view with optional members. */
  maybeText<Name extends string>(name: Name, max?: number): { readonly [N in Name]?: string } {
    const value = this.optionalText(name, max)
    const found: { [N in Name]?: string } = {}
    if (value !== undefined) found[name] = value
    return found
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#value(name)
    if (value === undefined || value === null) return undefined
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#wrong(name, undefined)
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#value(name)
    if (value === undefined || value === null) return undefined
    return typeof value === 'boolean' ? value : this.#wrong(name, undefined)
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? (this.has(name) ? 0 : this.#missing(name, 0))
  }

  /** A reader of a member that must be an object. */
  object(name: string): FieldReader {
    const found = this.optionalObject(name)
    if (found !== undefined) return found
    if (!this.has(name)) this.#missing(name, undefined)
    return new FieldReader({}, this.#pathOf(name), this.#root)
  }

  /** A reader of a member that is an object; undefined when it is absent. */
  optionalObject(name: string): FieldReader | undefined {
    const value = this.#value(name)
    if (value === undefined || value === null) return undefined
    return isJsonObject(value) ? new FieldReader(value, this.#pathOf(name), this.#root) : this.#wrong(name, undefined)
  }

  /** Readers of a list's objects; none when it is absent. */
  list(name: string): readonly FieldReader[] {
    return this.#items(name).flatMap((item, index) => {
      if (isJsonObject(item)) return [new FieldReader(item, `${this.#pathOf(name)}[${index}]`, this.#root)]
      return this.#wrong(name, [])
    })
  }

  texts(name: string, max: number = SHORT_TEXT_MAX): readonly string[] {
    return this.#items(name).flatMap((item) => {
      if (typeof item !== 'string') return this.#wrong(name, [])
      if (item.length > max) return this.#fail({ type: 'FieldTooLong', field: this.#pathOf(name), max }, [])
      return [item]
    })
  }

  /** Counts by name, such as `{Observation: 51}`; empty when absent. */
  counts(name: string): Readonly<Record<string, number>> {
    const value = this.#value(name)
    if (value === undefined || value === null) return {}
    if (!isJsonObject(value)) return this.#wrong(name, {})
    const entries = Object.entries(value)
    if (entries.length > LIST_ITEMS_MAX) {
      return this.#fail({ type: 'FieldTooLong', field: this.#pathOf(name), max: LIST_ITEMS_MAX }, {})
    }
    const counts: [string, number][] = []
    for (const [key, count] of entries) {
      if (typeof count !== 'number' || !Number.isSafeInteger(count)) return this.#wrong(name, {})
      counts.push([key, count])
    }
    return Object.fromEntries(counts)
  }

  /** Marks a member as wrong, for checks of a decoder's own. */
  reject(name: string): void {
    this.#wrong(name, undefined)
  }

  #items(name: string): readonly Json[] {
    const value = this.#value(name)
    if (value === undefined || value === null) return []
    if (!isArray(value)) return this.#wrong(name, [])
    if (value.length > LIST_ITEMS_MAX) {
      return this.#fail({ type: 'FieldTooLong', field: this.#pathOf(name), max: LIST_ITEMS_MAX }, [])
    }
    return value
  }

  #value(name: string): Json | undefined {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined
  }

  #missing<T>(name: string, fallback: T): T {
    return this.#fail({ type: 'MissingField', field: this.#pathOf(name) }, fallback)
  }

  #wrong<T>(name: string, fallback: T): T {
    return this.#fail({ type: 'WrongField', field: this.#pathOf(name) }, fallback)
  }

  #fail<T>(error: DecodeError, fallback: T): T {
    this.#root.#error ??= error
    return fallback
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`
  }
}
