import { type Bytes, type Result, ok } from '@salus/base'
import { ByteReader, ByteWriter } from './binary.ts'
import { type SyntaxFault, malformed } from './ids.ts'
import { FRAMES_MAX } from './limits.ts'

/** length(u32) | bytes, repeated (S1). */
export function encodeFrames(parts: readonly Uint8Array[]): Bytes {
  const writer = new ByteWriter()
  for (const part of parts) writer.u32(part.length).bytes(part)
  return writer.finish()
}

/** Refuses a cut frame, and more than `framesMax` of them. */
export function decodeFrames(bytes: Uint8Array, framesMax = FRAMES_MAX): Result<Bytes[], SyntaxFault> {
  const reader = new ByteReader(bytes)
  const parts: Bytes[] = []
  while (reader.remaining > 0) {
    if (parts.length >= framesMax) return malformed('number of frames')
    const length = reader.u32()
    parts.push(reader.bytes(length))
    if (!reader.isWithin) return malformed('frame length')
  }
  return ok(parts)
}
