import {
  type Bytes,
  type Json,
  bytesToUtf8,
  canonicalJson,
  isArray,
  parseCanonicalJson,
  utf8ToBytes,
} from '@salus/base'
import { type ChainAt, parseDeviceId, parseHash, parseStreamId } from '@salus/wire'

/** Meta name of what the relay has to show at least, because the enroller has seen it (S26). */
export const DEMANDED = 'demanded'

export function encodeDemanded(frontier: readonly ChainAt[]): Bytes {
  return utf8ToBytes(canonicalJson(frontier.map((chain): Json => [chain.stream, chain.device, chain.seq, chain.hash])))
}

export function decodeDemanded(bytes: Bytes | undefined): ChainAt[] {
  const text = bytes === undefined ? undefined : bytesToUtf8(bytes)
  const json = text?.ok === true ? parseCanonicalJson(text.value) : undefined
  const rows: readonly Json[] = json?.ok === true && isArray(json.value) ? json.value : []
  return rows.flatMap((row) => {
    if (!isArray(row)) return []
    const stream = parseStreamId(row[0])
    const device = parseDeviceId(row[1])
    const hash = parseHash(row[3])
    const seq = row[2]
    return stream.ok && device.ok && hash.ok && typeof seq === 'number'
      ? [{ stream: stream.value, device: device.value, seq, hash: hash.value }]
      : []
  })
}
