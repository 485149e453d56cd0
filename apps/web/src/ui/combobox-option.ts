/** Something that a search field offers. */
export interface ComboboxOption<Value> {
  readonly key: string
  readonly text: string
  /** A second line, such as the synonym that matched. */
  readonly detail: string
  readonly value: Value
}
