import { type Bytes, type Result, err, ok } from '@salus/base'

/** Sizes below Padmé's range (V18). */
const BUCKETS = [512, 1024, 2048, 4096] as const

/** The padded size of `length` bytes and the 0x80 that marks their end. */
export function paddedSize(length: number): number {
  const needed = length + 1
  for (const bucket of BUCKETS) if (needed <= bucket) return bucket
  return padme(needed)
}

/**
 * Padmé (Nikitin et al. 2019, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", §4.3):
 * only the top bits of a length are free, so sizes leak O(log log L) bits at up to 12 % overhead.
 */
function padme(length: number): number {
  const exponent = Math.floor(Math.log2(length))
  const mantissaBits = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** (exponent - mantissaBits)
  return Math.ceil(length / step) * step
}

/** Appends 0x80 and zeros up to the bucket (V18). */
export function pad(content: Uint8Array): Bytes {
  const padded = new Uint8Array(paddedSize(content.length))
  padded.set(content)
  padded[content.length] = 0x80
  return padded
}

/** The content, as a view; refuses any padding but the one that {@link pad} writes. */
export function unpad(padded: Bytes): Result<Bytes, { type: 'BadPadding' }> {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  if (end < 0 || padded[end] !== 0x80 || paddedSize(end) !== padded.length) return err({ type: 'BadPadding' })
  return ok(padded.subarray(0, end))
}
