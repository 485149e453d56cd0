/**
 * The fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment) that turn `typed`
 * into `word` or into a beginning of it; `max + 1` when more than `max` are needed.
 */
export function prefixEditDistance(typed: string, word: string, max: number): number {
  const width = Math.min(word.length, typed.length + max)
  if (typed.length - width > max) return max + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: width + 1 }, (_, column) => column)
  for (let row = 1; row <= typed.length; row++) {
    const current = [row]
    let rowMinimum = row
    for (let column = 1; column <= width; column++) {
      const same = typed.charCodeAt(row - 1) === word.charCodeAt(column - 1)
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped =
        row > 1 &&
        column > 1 &&
        typed.charCodeAt(row - 1) === word.charCodeAt(column - 2) &&
        typed.charCodeAt(row - 2) === word.charCodeAt(column - 1)
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1)
      current.push(cost)
      rowMinimum = Math.min(rowMinimum, cost)
    }
    if (rowMinimum > max) return max + 1
    beforeLast = last
    last = current
  }
  return Math.min(...last, max + 1)
}
