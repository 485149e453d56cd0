import { type Bytes, type Result, concatBytes, err, ok } from '@salus/base'

/**
 * Bytes that the inflater is fed at a time. Deflate expands at most 1,032-fold, and an engine may inflate a whole chunk
 * before anybody reads: 16 KiB cost 16 MiB at the worst.
 */
const SLICE_BYTES = 16_384

/** Raw deflate (RFC 1951) by the platform. */
export async function deflateRaw(bytes: Bytes): Promise<Bytes> {
  const chunks = await collect(bytes, new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY)
  return concatBytes(...chunks)
}

/**
 * Stops as soon as more than `bytesMax` come out: a bomb costs little more than what is allowed. Refuses a stream that
 * was cut and one that has bytes after its end.
 */
export async function inflateRaw(bytes: Bytes, bytesMax: number): Promise<Result<Bytes, { type: 'InflateFailed' }>> {
  try {
    return ok(concatBytes(...(await collect(bytes, new DecompressionStream('deflate-raw'), bytesMax))))
  } catch {
    // The platform tells a malformed stream only by throwing, as does the bound.
    return err({ type: 'InflateFailed' })
  }
}

async function collect(
  bytes: Bytes,
  through: CompressionStream | DecompressionStream,
  bytesMax: number,
): Promise<Uint8Array[]> {
  const reader = slicesOf(bytes).pipeThrough(through).getReader()
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

function slicesOf(bytes: Bytes): ReadableStream<Bytes> {
  let offset = 0
  return new ReadableStream({
    pull: (controller) => {
      if (offset < bytes.length) controller.enqueue(bytes.slice(offset, offset + SLICE_BYTES))
      else controller.close()
      offset += SLICE_BYTES
    },
  })
}
