/** A change with its place on the drawing. */
export interface PlacedChange {
  readonly x: number
  readonly number: number
  readonly text: string
}

interface Room {
  /** Between a line and its label, and between two labels. */
  readonly gap: number
  /** Where the drawing ends. */
  readonly right: number
  /** Several changes have numbers, which their list repeats; a single one has its words alone. */
  readonly isNumbered: boolean
  readonly widthOf: (text: string) => number
}

/**
 * What to write at each change, and where: its words if they meet no other label, else its number; changes too close
 * for that share a label of their numbers. No two labels overlap, and each change is in one.
 *
 * @param changes oldest first
 */
export function changeLabels(
  changes: readonly PlacedChange[],
  { gap, right, isNumbered, widthOf }: Room,
): readonly { readonly left: number; readonly text: string }[] {
  const numbers = (group: readonly PlacedChange[]): string => group.map(({ number }) => number).join(', ')
  const groups: PlacedChange[][] = []
  let end = Number.NEGATIVE_INFINITY
  for (const change of changes) {
    const group = groups.at(-1)
    if (group !== undefined && change.x < end + gap) group.push(change)
    else groups.push([change])
    const last = groups.at(-1) ?? []
    end = (last[0]?.x ?? 0) + gap + widthOf(numbers(last))
  }
  return groups.map((group, index) => {
    const [first] = group
    const x = first?.x ?? 0
    const short = numbers(group)
    const words = first === undefined || group.length > 1 ? short : isNumbered ? `${short}: ${first.text}` : first.text
    const next = groups[index + 1]?.[0]?.x ?? right
    const isRoomFor = (text: string): boolean => x + gap + widthOf(text) + gap <= next
    if (isRoomFor(words)) return { left: x + gap, text: words }
    if (isRoomFor(short)) return { left: x + gap, text: short }
    // At the right edge there is room on the other side only.
    return { left: Math.min(x + gap, right - widthOf(short)), text: short }
  })
}
