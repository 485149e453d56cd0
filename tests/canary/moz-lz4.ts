const MAGIC = Buffer.from('mozLz40\0', 'latin1')
const SIZE_BYTES = 4
/** Session files are a few MiB; a file that says it is longer is not believed. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
const MATCH_LENGTH_MIN = 4

/** Unpacks Mozilla's jsonlz4: magic, length in little-endian, one LZ4 block. Undefined when the magic isn't there. */
export function unpackMozLz4(input: Buffer): Buffer | undefined {
  if (!input.subarray(0, MAGIC.length).equals(MAGIC) || input.length < MAGIC.length + SIZE_BYTES) return undefined
  const size = Math.min(input.readUInt32LE(MAGIC.length), OUTPUT_BYTES_MAX)
  return unpackLz4Block(input.subarray(MAGIC.length + SIZE_BYTES), size)
}

/** Unpacks an LZ4 block (lz4_Block_format.md) as far as it is sound. */
export function unpackLz4Block(input: Uint8Array, outputBytesMax: number): Buffer {
  const output = Buffer.alloc(outputBytesMax)
  let at = 0
  let written = 0
  const readLength = (nibble: number): number => {
    let length = nibble
    if (nibble < 15) return length
    for (let byte = 255; byte === 255;) {
      byte = input[at++] ?? 0
      length += byte
    }
    return length
  }
  while (at < input.length) {
    const token = input[at++] ?? 0
    const literals = readLength(token >> 4)
    const fitting = Math.min(literals, outputBytesMax - written, input.length - at)
    output.set(input.subarray(at, at + fitting), written)
    at += literals
    written += fitting
    if (fitting < literals || at + 2 > input.length) break
    const distance = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8)
    at += 2
    if (distance === 0 || distance > written) break
    const length = readLength(token & 15) + MATCH_LENGTH_MIN
    for (let left = Math.min(length, outputBytesMax - written); left > 0; left--, written++) {
      output[written] = output[written - distance] ?? 0
    }
  }
  return output.subarray(0, written)
}
