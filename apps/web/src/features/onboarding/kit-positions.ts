import type { Random } from '@salus/base'

/** Words of the kit that are asked back. */
export const KIT_WORDS_ASKED = 3

/** Draws places in the kit, ascending, each once; counted from 0. */
export function drawKitPositions(random: Random, wordCount: number): readonly number[] {
  const drawn = new Set<number>()
  // Which words are asked is no secret: the slight bias of a byte's remainder does not matter.
  while (drawn.size < Math.min(KIT_WORDS_ASKED, wordCount)) {
    const [byte = 0] = random.bytes(1)
    drawn.add(byte % wordCount)
  }
  return [...drawn].sort((a, b) => a - b)
}
