import { type Bytes, concatBytes } from '@salus/base'
import type { Dice } from '../sim/dice.ts'

/** Numbers at which lengths and counts break. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff] as const
const BENDS_MAX = 4
const RANDOM_BYTES_MAX = 2_048

/** One seed bent in a few places, two spliced, or bytes at random. */
export function bendBytes(dice: Dice, seeds: readonly Bytes[]): Bytes {
  if (seeds.length === 0 || dice.chance(5)) return dice.random.bytes(dice.below(RANDOM_BYTES_MAX))
  let bytes = dice.pick(seeds)
  for (let bends = dice.below(BENDS_MAX + 1); bends > 0; bends--) bytes = bendOnce(dice, bytes, seeds)
  return bytes
}

function bendOnce(dice: Dice, bytes: Bytes, seeds: readonly Bytes[]): Bytes {
  const at = dice.below(bytes.length + 1)
  const length = dice.below(Math.min(64, bytes.length - at) + 1)
  const bent = bytes.slice()
  switch (dice.below(8)) {
    case 0:
      if (at < bent.length) bent[at] = (bent[at] ?? 0) ^ (1 << dice.below(8))
      return bent
    case 1:
      if (at < bent.length) bent[at] = dice.below(256)
      return bent
    case 2:
      return bytes.slice(0, at)
    case 3:
      return concatBytes(bytes.subarray(0, at), bytes.subarray(at + length))
    case 4:
      return concatBytes(bytes.subarray(0, at), dice.random.bytes(dice.below(64)), bytes.subarray(at))
    case 5:
      return concatBytes(bytes.subarray(0, at + length), bytes.subarray(at))
    case 6:
      if (at + 4 <= bent.length) new DataView(bent.buffer).setUint32(at, dice.pick(EDGES))
      return bent
    default: {
      const other = dice.pick(seeds)
      return concatBytes(bytes.subarray(0, at), other.subarray(dice.below(other.length + 1)))
    }
  }
}
