/** What a file's own places are called in the reader's language. */
export interface PlaceWords {
  readonly file: string
  readonly line: (n: number) => string
}

/** A place in a file as a reader says it: `line 7`, the whole file; a path such as `entry[3]` is the same in any language. */
export function placeText(place: string, words: PlaceWords): string {
  return place
    .replace(/^file(?=$|\b)/, words.file)
    .replace(/^line (\d{1,9})/, (_, line: string) => words.line(Number(line)))
}
