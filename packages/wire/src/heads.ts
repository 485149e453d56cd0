import {
  type Json,
  type Result,
  bytesToUtf8,
  canonicalJson,
  isArray,
  isJsonObject,
  ok,
  parseCanonicalJson,
  utf8ToBytes,
} from '@salus/base'
import type { Bytes } from '@salus/base'
import type { ChainHead } from './batch-content.ts'
import {
  type DeviceId,
  type Hash,
  type StreamId,
  type SyntaxFault,
  malformed,
  parseBase64Url,
  parseDeviceId,
  parseHash,
  parseStreamId,
} from './ids.ts'
import { CONTROL_BYTES_MAX } from './limits.ts'

const RELAY_EPOCH_BYTES = 8

/** The relay's word on what it holds (S9). */
export interface Heads {
  readonly core: ChainHead
  readonly chains: readonly ChainAt[]
  readonly cursor: string
}

export interface ChainAt extends ChainHead {
  readonly stream: StreamId
  readonly device: DeviceId
}

export function encodeHeads(heads: Heads): Bytes {
  const chains = [...heads.chains].sort((a, b) => (chainName(a) < chainName(b) ? -1 : 1))
  const json: Json = {
    chains: chains.map((chain) => [chain.stream, chain.device, chain.seq, chain.hash]),
    core: [heads.core.seq, heads.core.hash],
    cursor: heads.cursor,
  }
  return utf8ToBytes(canonicalJson(json))
}

export function decodeHeads(bytes: Bytes): Result<Heads, SyntaxFault> {
  if (bytes.length > CONTROL_BYTES_MAX) return malformed('heads size')
  const text = bytesToUtf8(bytes)
  const json = text.ok ? parseCanonicalJson(text.value) : text
  if (!json.ok || !isJsonObject(json.value)) return malformed('heads')
  const { chains, core, cursor, ...unknown } = json.value
  if (Object.keys(unknown).length > 0 || !isArray(chains) || !isArray(core) || core.length !== 2)
    return malformed('heads')
  if (typeof cursor !== 'string' || !isCursor(cursor)) return malformed('heads')
  const coreHead = decodeHead(core[0], core[1], 0)
  if (!coreHead.ok) return coreHead
  const decoded: ChainAt[] = []
  for (const row of chains) {
    if (!isArray(row) || row.length !== 4) return malformed('heads')
    const stream = parseStreamId(row[0])
    const device = parseDeviceId(row[1])
    const head = decodeHead(row[2], row[3], 1)
    if (!stream.ok || !device.ok || !head.ok) return malformed('heads')
    const chain = { stream: stream.value, device: device.value, ...head.value }
    const previous = decoded.at(-1)
    if (previous !== undefined && chainName(previous) >= chainName(chain)) return malformed('heads')
    decoded.push(chain)
  }
  return ok({ core: coreHead.value, chains: decoded, cursor })
}

/** relayEpoch (8 bytes, base64url) and the number of a row (S7). */
export function isCursor(text: string): boolean {
  const [, epoch, number] = /^([A-Za-z0-9_-]{11})\.(0|[1-9][0-9]{0,15})$/.exec(text) ?? []
  return parseBase64Url(epoch, RELAY_EPOCH_BYTES, 'relay epoch').ok && Number.isSafeInteger(Number(number))
}

/** Chains ascend by this, and none is named twice: one spelling. */
const chainName = (chain: ChainAt): string => `${chain.stream} ${chain.device}`

function decodeHead(seq: unknown, hash: unknown, seqMin: number): Result<{ seq: number; hash: Hash }, SyntaxFault> {
  const parsed = parseHash(hash)
  if (!parsed.ok || typeof seq !== 'number' || !Number.isInteger(seq) || seq < seqMin || seq > 0xffffffff)
    return malformed('head')
  return ok({ seq, hash: parsed.value })
}
