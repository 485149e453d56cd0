import { type Bytes, type Result, concatBytes, err, ok } from '@salus/base'

/** Raw deflate (RFC 1951) by the platform. */
export async function deflateRaw(bytes: Bytes): Promise<Bytes> {
  const chunks = await collect(bytes, new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY)
  return concatBytes(...chunks)
}

/** Stops as soon as more than `bytesMax` come out: a bomb costs no more than what is allowed. */
export async function inflateRaw(bytes: Bytes, bytesMax: number): Promise<Result<Bytes, { type: 'InflateFailed' }>> {
  try {
    return ok(concatBytes(...(await collect(bytes, new DecompressionStream('deflate-raw'), bytesMax))))
  } catch {
    return err({ type: 'InflateFailed' })
  }
}

async function collect(bytes: Bytes, through: CompressionStream | DecompressionStream, bytesMax: number): Promise<Uint8Array[]> {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader()
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return chunks
    total += value.length
    if (total > bytesMax) {
      await reader.cancel()
      throw new Error('inflated beyond its bound')
    }
    chunks.push(value)
  }
}
