import { type Bytes, type Random, concatBytes, utf8ToBytes } from '@salus/base'
import { sha256 } from '@salus/crypto'

/** Bytes that follow from a seed: SHA-256 of seed and counter. Tests and vectors repeat themselves with it. */
export function seededRandom(seed: string): Random {
  let counter = 0
  return {
    bytes: (length): Bytes => {
      const blocks: Bytes[] = []
      for (let size = 0; size < length; size += 32) blocks.push(sha256(utf8ToBytes(`${seed}/${String(counter++)}`)))
      return concatBytes(...blocks).slice(0, length)
    },
  }
}
