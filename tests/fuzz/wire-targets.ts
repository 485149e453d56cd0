import { type Bytes, type Result, equalBytes, utf8ToBytes } from '@salus/base'
import {
  applyCoreEntry,
  attachSignatures,
  decodeBatchContent,
  decodeCoreEntry,
  decodeEnvelope,
  decodeFrames,
  decodeHeads,
  decodeLinks,
  decodeWraps,
  encodeBatchContent,
  encodeCoreEntry,
  encodeEnvelope,
  encodeFrames,
  encodeHeader,
  encodeHeads,
  encodeLinks,
  encodeWraps,
  isCursor,
  pad,
  unpad,
} from '@salus/wire'
import { type OpBatch, decodeOps, encodeOps, parseAlarm } from '@salus/sync'
import { coreCrypto, readCore } from '@salus/vault'
import { createRelayCrypto } from '../../relay/src/relay-crypto.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { golden, goldenBytes } from './golden-seeds.ts'

/** In a core entry: after magic, version, type, vault, seq and prevHash (V5). */
const BODY_LENGTH_OFFSET = 4 + 1 + 1 + 32 + 4 + 32

/** What is read has one spelling: written again it is the same bytes. */
function readOnce<T>(decode: (bytes: Bytes) => Result<T, unknown>, encode: (value: T) => Bytes) {
  return (input: Bytes): void => {
    const decoded = decode(input)
    if (decoded.ok && !equalBytes(encode(decoded.value), input)) throw new Error('a second spelling is taken')
  }
}

const LOG = goldenBytes('vault/core-log.json', 'entry')
const LOG_STATES = (() => {
  const wraps = goldenBytes('vault/core-log.json', 'wraps')
  const states = [undefined]
  const read = readCore(LOG.slice(0, 1).map((entry) => ({ entry, wraps: wraps[0], links: undefined })))
  return read.ok ? [...states, read.value] : states
})()
const RELAY_CRYPTO = createRelayCrypto()
const JSON_OF_OPS = golden('vault/ops.json', 'text').map(utf8ToBytes)

/** Everything that arrives in bytes of the wire format. */
export const WIRE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'envelope',
    shape: 'bytes',
    seeds: [...goldenBytes('wire/envelope.json', 'bytes'), ...goldenBytes('vault/envelope.json', 'batch')],
    read: readOnce(decodeEnvelope, (envelope) =>
      encodeEnvelope(encodeHeader(envelope.header), envelope.commitment, envelope.ciphertext, envelope.signature),
    ),
  },
  {
    name: 'batch content',
    shape: 'bytes',
    seeds: goldenBytes('wire/batch-content.json', 'bytes'),
    read: readOnce(decodeBatchContent, encodeBatchContent),
  },
  { name: 'padding', shape: 'bytes', seeds: goldenBytes('wire/padding.json', 'bytes'), read: readOnce(unpad, pad) },
  {
    name: 'wraps',
    shape: 'bytes',
    seeds: goldenBytes('wire/wraps.json', 'bytes'),
    read: readOnce(decodeWraps, encodeWraps),
  },
  {
    name: 'links',
    shape: 'bytes',
    seeds: goldenBytes('wire/links.json', 'bytes'),
    read: readOnce(decodeLinks, encodeLinks),
  },
  {
    name: 'frames',
    shape: 'bytes',
    seeds: goldenBytes('wire/frames.json', 'bytes'),
    read: readOnce((bytes: Bytes) => decodeFrames(bytes), encodeFrames),
  },
  {
    name: 'heads',
    shape: 'json',
    seeds: goldenBytes('wire/heads.json', 'bytes'),
    read: readOnce(decodeHeads, encodeHeads),
  },
  {
    name: 'cursor',
    shape: 'bytes',
    seeds: [utf8ToBytes('AAAAAAAAAAA.0')],
    read: (bytes) => isCursor(new TextDecoder().decode(bytes)),
  },
  {
    name: 'core entry',
    shape: 'bytes',
    seeds: [...goldenBytes('wire/core-entry.json', 'bytes'), ...LOG],
    read: readOnce(decodeCoreEntry, ({ vault, seq, prevHash, body, signatures }) =>
      attachSignatures(encodeCoreEntry(vault, seq, prevHash, body), signatures),
    ),
  },
  {
    name: 'core body',
    shape: 'json',
    seeds: LOG.flatMap((entry) => bodyOf(entry) ?? []),
    read: (json) => {
      for (const entry of LOG) readEntry(withBody(entry, json))
    },
  },
  { name: 'core log', shape: 'bytes', seeds: [...goldenBytes('wire/core-log.json', 'entry'), ...LOG], read: readEntry },
  {
    name: 'ops',
    shape: 'json',
    seeds: JSON_OF_OPS,
    read: readOnce(decodeOps, (batch: OpBatch) => encodeOps(batch)),
  },
  {
    name: 'alarm',
    shape: 'json',
    seeds: [utf8ToBytes('{"atMs":1,"detail":"x","device":null,"seq":1,"stream":null,"type":"Gap"}')],
    read: (bytes) => {
      const json = jsonOf(bytes)
      return json === undefined ? undefined : parseAlarm(json as Parameters<typeof parseAlarm>[0])
    },
  },
]

/** Both platforms' cryptography judge an entry alike, before genesis and on it. */
function readEntry(entry: Bytes): void {
  for (const state of LOG_STATES) {
    const [noble, node] = [coreCrypto, RELAY_CRYPTO].map((crypto) =>
      applyCoreEntry(crypto, state, entry, { wraps: undefined, links: undefined }),
    )
    if (noble?.ok !== node?.ok) throw new Error('the relay and a device judge an entry differently')
  }
}

function bodyOf(entry: Bytes): Bytes | undefined {
  const length = new DataView(entry.buffer).getUint32(BODY_LENGTH_OFFSET)
  return entry.slice(BODY_LENGTH_OFFSET + 4, BODY_LENGTH_OFFSET + 4 + length)
}

/** The entry with another body; its signatures stay, and do not hold. */
function withBody(entry: Bytes, body: Bytes): Bytes {
  const old = bodyOf(entry)?.length ?? 0
  const made = new Uint8Array(entry.length - old + body.length)
  made.set(entry.subarray(0, BODY_LENGTH_OFFSET + 4))
  new DataView(made.buffer).setUint32(BODY_LENGTH_OFFSET, body.length)
  made.set(body, BODY_LENGTH_OFFSET + 4)
  made.set(entry.subarray(BODY_LENGTH_OFFSET + 4 + old), BODY_LENGTH_OFFSET + 4 + body.length)
  return made
}

function jsonOf(bytes: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
