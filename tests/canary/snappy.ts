import { NEEDLE_BYTES_MIN } from './needle-patterns.ts'

/** A block that says it is longer is not believed. */
export const SNAPPY_OUTPUT_BYTES_MAX = 64 * 1024 * 1024
/** A stream this long that ends just where it says it does is no accident, and what lies inside it is not tried. */
const SURE_OUTPUT_BYTES = 1024
const FRAME_HEADER = Buffer.from([0xff, 0x06, 0x00, 0x00, ...Buffer.from('sNaPpY')])
const CHUNK_HEADER_BYTES = 4
const CHECKSUM_BYTES = 4

export interface Unpacked {
  /** Where the packed bytes start. */
  readonly offset: number
  readonly output: Buffer
}

interface Outline {
  readonly outputBytes: number
  readonly inputEnd: number
  readonly copies: number
  readonly isWhole: boolean
}

/**
 * Unpacks a raw Snappy stream (format_description.txt of Snappy: length as varint, then literals and copies) as far as
 * it is sound. Checksums don't exist in it; a stream that breaks off gives what came before the break.
 */
export function unpackSnappy(input: Uint8Array, offset = 0): Buffer | undefined {
  const outline = outlineSnappy(input, offset)
  return outline === undefined ? undefined : produce(input, offset, outline.outputBytes)
}

/**
 * Tries every offset as the start of a raw Snappy stream, since containers put them anywhere. Most fail at the first or
 * second element. Streams of literals alone are left out: what they hold stands in the input as it is.
 */
export function* sweepSnappy(input: Uint8Array): Generator<Unpacked> {
  for (let offset = 0; offset < input.length; offset++) {
    const outline = outlineSnappy(input, offset)
    if (outline === undefined || outline.copies === 0 || outline.outputBytes < NEEDLE_BYTES_MIN) continue
    yield { offset, output: produce(input, offset, outline.outputBytes) }
    if (outline.isWhole && outline.outputBytes >= SURE_OUTPUT_BYTES) offset = outline.inputEnd - 1
  }
}

/** Unpacks streams in Snappy's framing format (framing_format.txt), which Firefox's Cache Storage uses. */
export function* unpackSnappyFrames(input: Buffer): Generator<Unpacked> {
  let start = input.indexOf(FRAME_HEADER)
  while (start !== -1) {
    const chunks: Uint8Array[] = []
    let at = start
    let total = 0
    while (at + CHUNK_HEADER_BYTES <= input.length && total <= SNAPPY_OUTPUT_BYTES_MAX) {
      const type = input.readUInt8(at)
      const length = input.readUIntLE(at + 1, 3)
      const from = at + CHUNK_HEADER_BYTES + CHECKSUM_BYTES
      const to = Math.min(at + CHUNK_HEADER_BYTES + length, input.length)
      if (type === 0x00) chunks.push(unpackSnappy(input.subarray(0, to), from) ?? Buffer.alloc(0))
      else if (type === 0x01) chunks.push(input.subarray(from, to))
      // 0x02–0x7f are reserved and end the stream; the others are padding, skippable, or a repeated header.
      else if (type < 0x80) break
      total += chunks.at(-1)?.length ?? 0
      at += CHUNK_HEADER_BYTES + length
    }
    yield { offset: start, output: Buffer.concat(chunks) }
    start = input.indexOf(FRAME_HEADER, start + 1)
  }
}

/** Walks the elements without writing, and says how far the stream is sound; undefined when it is none. */
function outlineSnappy(input: Uint8Array, offset: number): Outline | undefined {
  let at = offset
  let declared = 0
  for (let shift = 0; ; shift += 7) {
    const byte = input[at++]
    if (byte === undefined || shift > 28) return undefined
    declared += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  if (declared === 0 || declared > SNAPPY_OUTPUT_BYTES_MAX) return undefined

  let outputBytes = 0
  let copies = 0
  while (outputBytes < declared && at < input.length) {
    const tag = input[at] ?? 0
    const kind = tag & 3
    if (kind === 0) {
      const extra = Math.max(0, (tag >> 2) - 59)
      const length = (extra === 0 ? tag >> 2 : littleEndian(input, at + 1, extra)) + 1
      const from = at + 1 + extra
      if (outputBytes + length > declared) break
      if (from + length > input.length) {
        // Cut off: the part that is here counts.
        outputBytes += Math.max(0, input.length - from)
        at = input.length
        break
      }
      outputBytes += length
      at = from + length
    } else {
      const distance = copyDistance(input, at, tag)
      const length = copyLength(tag)
      if (distance === 0 || distance > outputBytes || outputBytes + length > declared) break
      outputBytes += length
      copies++
      at += COPY_BYTES[kind] ?? 0
    }
  }
  return outputBytes === 0 ? undefined : { outputBytes, inputEnd: at, copies, isWhole: outputBytes === declared }
}

/** Writes what {@link outlineSnappy} found sound. */
function produce(input: Uint8Array, offset: number, outputBytes: number): Buffer {
  const output = Buffer.alloc(outputBytes)
  let at = offset
  while ((input[at++] ?? 0) >= 0x80);
  let written = 0
  while (written < outputBytes) {
    const tag = input[at] ?? 0
    if ((tag & 3) === 0) {
      const extra = Math.max(0, (tag >> 2) - 59)
      const length = (extra === 0 ? tag >> 2 : littleEndian(input, at + 1, extra)) + 1
      const from = at + 1 + extra
      output.set(input.subarray(from, Math.min(from + length, from + outputBytes - written)), written)
      written += length
      at = from + length
    } else {
      const distance = copyDistance(input, at, tag)
      // Byte by byte, as a copy may read what it has just written.
      for (let left = copyLength(tag); left > 0; left--, written++) output[written] = output[written - distance] ?? 0
      at += COPY_BYTES[tag & 3] ?? 0
    }
  }
  return output
}

/** Bytes of an element of each kind, its tag included; literals vary. */
const COPY_BYTES = [0, 2, 3, 5]

function copyLength(tag: number): number {
  return (tag & 3) === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2)
}

function copyDistance(input: Uint8Array, at: number, tag: number): number {
  if ((tag & 3) === 1) return ((tag >> 5) << 8) | (input[at + 1] ?? 0)
  return littleEndian(input, at + 1, (tag & 3) === 2 ? 2 : 4)
}

function littleEndian(input: Uint8Array, at: number, bytes: number): number {
  let value = 0
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (input[at + i] ?? 0)
  return value
}
