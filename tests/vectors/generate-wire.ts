import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, bytesToHex, concatBytes, utf8ToBytes } from '@salus/base'
import {
  ByteWriter,
  type CoreState,
  type EnvelopeHeader,
  type Settle,
  ZERO_HASH,
  attachSignatures,
  authSigningInput,
  batchSigningInput,
  coreSigningInput,
  deviceIdOf,
  encodeBatchContent,
  encodeCoreEntry,
  encodeEnvelope,
  encodeFrames,
  encodeHeader,
  encodeHeads,
  encodeLinks,
  encodeWraps,
  enrolSigningInput,
  hashOf,
  idBytes,
  pad,
  vaultIdOf,
} from '@salus/wire'
import {
  JOURNAL,
  KIT,
  LABS,
  LAPTOP,
  PHONE,
  STREAMS,
  type TestEntry,
  WATCH,
  addDeviceEntry,
  applied,
  bytesNamed,
  deviceNamed,
  genesisEntry,
  hashNamed,
  linkOf,
  replaceDeviceEntry,
  rotationWraps,
  settleEntry,
  streamNamed,
  testCrypto,
  textNamed,
  wrapOf,
} from '../../packages/wire/src/testing/test-core.ts'

/**
 * Makes `wire/*.json`: what another implementation of SALUS1 can check itself against. Each refused vector has one
 * failure, which is named. The files are kept; `wire-vectors.test.ts` fails when this no longer makes the same ones, for
 * then the format has changed. To write them: `node tests/vectors/generate-wire.ts`.
 */

/** Bytes and what they decode to, or why they are refused. Bytes are hex; ids and hashes base64url. */
export interface Vector {
  readonly title: string
  readonly bytes: string
  readonly decoded?: unknown
  readonly refused?: unknown
}

/** An entry of a core log after the entries that `after` counts, and what it makes of the log. */
export interface CoreVector {
  readonly title: string
  /** How many of the accepted entries lie before it. */
  readonly after: number
  readonly entry: string
  readonly wraps: string | null
  readonly links: string | null
  readonly state?: unknown
  readonly refused?: unknown
}

export interface WireVectors {
  readonly 'frames.json': readonly Vector[]
  readonly 'padding.json': readonly Vector[]
  readonly 'envelope.json': readonly Vector[]
  readonly 'batch-content.json': readonly Vector[]
  readonly 'wraps.json': readonly Vector[]
  readonly 'links.json': readonly Vector[]
  readonly 'heads.json': readonly Vector[]
  readonly 'core-entry.json': readonly Vector[]
  readonly 'core-log.json': readonly CoreVector[]
  readonly 'signing-inputs.json': readonly Vector[]
}

export function makeWireVectors(): WireVectors {
  return {
    'frames.json': frames(),
    'padding.json': padding(),
    'envelope.json': envelopes(),
    'batch-content.json': batchContents(),
    'wraps.json': wraps(),
    'links.json': links(),
    'heads.json': heads(),
    'core-entry.json': coreEntries(),
    'core-log.json': coreLog(),
    'signing-inputs.json': signingInputs(),
  }
}

/** What a vector says of a value: bytes as hex, maps as lists of pairs, sets as lists. */
export function toPlain(value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value)
  if (value instanceof Map) return [...value].map(toPlain)
  if (value instanceof Set) return [...value].map(toPlain)
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]))
}

const NEW_PHONE = deviceNamed('new phone')

const accepted = (title: string, bytes: Uint8Array, decoded: unknown): Vector => ({
  title,
  bytes: bytesToHex(bytes),
  decoded: toPlain(decoded),
})
const refused = (title: string, bytes: Uint8Array, what: string): Vector => ({
  title,
  bytes: bytesToHex(bytes),
  refused: { type: 'Malformed', what },
})

function changed(bytes: Bytes, at: number, ...values: number[]): Bytes {
  const copy = Uint8Array.from(bytes)
  copy.set(values, at)
  return copy
}

function frames(): Vector[] {
  const parts = [utf8ToBytes('one'), new Uint8Array(0), utf8ToBytes('three')]
  const bytes = encodeFrames(parts)
  return [
    accepted('no frames', new Uint8Array(0), []),
    accepted('three frames, one of them empty', bytes, parts),
    refused('the length is cut', bytes.slice(0, 9), 'frame length'),
    refused('the bytes are cut', bytes.slice(0, -1), 'frame length'),
    refused('the length is one too great', changed(bytes, 14, 6), 'frame length'),
  ]
}

function padding(): Vector[] {
  const bad = (title: string, bytes: Uint8Array): Vector => ({
    title,
    bytes: bytesToHex(bytes),
    refused: { type: 'BadPadding' },
  })
  const good = (title: string, content: Bytes): Vector => accepted(title, pad(content), content)
  const sample = pad(utf8ToBytes('{"b":1,"o":[]}'))
  return [
    good('nothing becomes 512 bytes', new Uint8Array(0)),
    good('a text becomes 512 bytes', utf8ToBytes('{"b":1,"o":[]}')),
    good('511 bytes still fit in 512', bytesNamed('content', 511)),
    good('512 bytes need 1024', bytesNamed('content', 512)),
    good('content that ends in a marker and zeros', Uint8Array.of(1, 0x80, 0, 0)),
    good('4095 bytes still fit in 4096', bytesNamed('content', 4_095)),
    good('4096 bytes are the first that Padmé pads', bytesNamed('content', 4_096)),
    bad('no marker', new Uint8Array(512)),
    bad('another marker', changed(sample, 14, 0x40)),
    bad('a byte behind the marker', changed(sample, 511, 1)),
    bad('a bucket too great', concatBytes(sample, new Uint8Array(512))),
    bad('one byte short of its bucket', sample.slice(0, -1)),
    bad('empty', new Uint8Array(0)),
  ]
}

const HEADER: EnvelopeHeader = {
  suite: 1,
  vault: vaultIdOf(bytesNamed('vault')),
  stream: LABS,
  epoch: 3,
  device: PHONE.id,
  seq: 42,
  prevHash: hashNamed('batch 41'),
  coreHead: hashNamed('core head'),
  salt: bytesNamed('salt'),
  ciphertextBytes: 32,
}

function envelopes(): Vector[] {
  const [commitment, ciphertext, signature] = [
    bytesNamed('commitment'),
    bytesNamed('ciphertext'),
    bytesNamed('signature', 64),
  ]
  const envelopeOf = (header: EnvelopeHeader): Bytes =>
    encodeEnvelope(encodeHeader(header), commitment, ciphertext, signature)
  const bytes = envelopeOf(HEADER)
  const first = { ...HEADER, suite: 2, seq: 1, epoch: 0, prevHash: ZERO_HASH } as const
  return [
    accepted('a batch in suite 1', bytes, { header: HEADER, commitment, ciphertext, signature }),
    accepted('the first batch of a chain, in suite 2', envelopeOf(first), {
      header: first,
      commitment,
      ciphertext,
      signature,
    }),
    refused('another magic', changed(bytes, 3, 0x32), 'magic'),
    refused('a later version', changed(bytes, 4, 2), 'version'),
    refused('kind 2, a chunk, which is reserved', changed(bytes, 5, 2), 'kind'),
    refused('suite 3', changed(bytes, 6, 3), 'suite'),
    refused('seq 0', changed(bytes, 75, 0, 0, 0, 0), 'seq'),
    refused('a ciphertext length one too great', changed(bytes, 175, 0, 0, 0, 33), 'length'),
    refused('a ciphertext length one too small', changed(bytes, 175, 0, 0, 0, 31), 'length'),
    refused('a trailing byte', concatBytes(bytes, Uint8Array.of(0)), 'length'),
    refused('cut within the header', bytes.slice(0, 178), 'header'),
    refused(
      'a ciphertext shorter than its tag',
      encodeEnvelope(encodeHeader({ ...HEADER, ciphertextBytes: 15 }), commitment, ciphertext.slice(0, 15), signature),
      'length',
    ),
  ]
}

function batchContents(): Vector[] {
  const ops = utf8ToBytes('{"b":3500000000000,"o":[{"d":1,"i":"r1","k":"Observation","v":1}]}')
  const row = (device: Uint8Array, seq: number): Bytes =>
    new ByteWriter()
      .bytes(device)
      .u32(seq)
      .bytes(bytesNamed(`head ${seq}`))
      .finish()
  const contentOf = (flag: number, rows: readonly Bytes[], count = rows.length): Bytes =>
    concatBytes(new ByteWriter().u8(flag).u32(count).finish(), ...rows, ops)
  const [low, high] = [new Uint8Array(16), new Uint8Array(16).fill(0xfb)]
  const changes = new Map([
    [deviceIdOf(low), { seq: 9, hash: hashNamed('head 9') }],
    [deviceIdOf(high), { seq: 5, hash: hashNamed('head 5') }],
  ])
  const content = { isDeflated: false, frontierChanges: changes, ops }
  const empty = { isDeflated: true, frontierChanges: new Map(), ops: bytesNamed('deflated', 20) }
  return [
    accepted('two frontier changes, in the order of bytes and not of text', encodeBatchContent(content), content),
    accepted('deflated ops, no frontier change', encodeBatchContent(empty), empty),
    refused('an unknown flag', contentOf(2, []), 'flag'),
    refused('changes in the order of text', contentOf(0, [row(high, 5), row(low, 9)]), 'frontier changes'),
    refused('a device twice', contentOf(0, [row(low, 5), row(low, 9)]), 'frontier changes'),
    refused('a change to seq 0', contentOf(0, [row(low, 0)]), 'frontier changes'),
    refused('257 changes', contentOf(0, [], 257), 'frontier changes'),
    refused('cut within a change', contentOf(0, [row(low, 5)]).slice(0, 40), 'content'),
  ]
}

function wraps(): Vector[] {
  const rows = [wrapOf(LABS, 0, PHONE.id), wrapOf(LABS, 0, KIT.id), wrapOf(LABS, 1, KIT.id), wrapOf(JOURNAL, 0, KIT.id)]
  const bytes = encodeWraps(rows)
  const sorted = [0, 1, 2, 3].map((i) => bytes.slice(i * 117, (i + 1) * 117))
  const decoded = sorted.map((row) => rows.find((wrap) => bytesToHex(encodeWraps([wrap])) === bytesToHex(row)))
  return [
    accepted('none', new Uint8Array(0), []),
    accepted('four, sorted by stream, epoch and recipient', bytes, decoded),
    refused('unsorted', concatBytes(...sorted.toReversed()), 'wraps'),
    refused('one twice', concatBytes(...sorted.slice(0, 1), ...sorted.slice(0, 1)), 'wraps'),
    refused('cut', bytes.slice(0, -1), 'wraps'),
    refused('a trailing byte', concatBytes(bytes, Uint8Array.of(0)), 'wraps'),
  ]
}

function links(): Vector[] {
  const rows = [linkOf(LABS, 1), linkOf(JOURNAL, 7)].sort((a, b) =>
    bytesToHex(idBytes(a.stream)) < bytesToHex(idBytes(b.stream)) ? -1 : 1,
  )
  const bytes = encodeLinks(rows)
  return [
    accepted('two', bytes, rows),
    refused('unsorted', concatBytes(bytes.slice(68), bytes.slice(0, 68)), 'links'),
    refused('one twice', concatBytes(bytes.slice(0, 68), bytes.slice(0, 68)), 'links'),
    refused('cut', bytes.slice(0, -1), 'links'),
  ]
}

function heads(): Vector[] {
  const cursor = `${textNamed('relay epoch', 8)}.1234`
  const chains = [
    { stream: LABS, device: PHONE.id, seq: 3, hash: hashNamed('labs') },
    { stream: JOURNAL, device: PHONE.id, seq: 1, hash: hashNamed('journal') },
  ].sort((a, b) => (a.stream < b.stream ? -1 : 1))
  const value = { core: { seq: 2, hash: hashNamed('core') }, chains, cursor }
  const text = new TextDecoder().decode(encodeHeads(value))
  const bad = (title: string, from: string, to: string): Vector => {
    if (!text.includes(from)) throw new Error(`nothing to change for: ${title}`)
    return refused(title, utf8ToBytes(text.replace(from, to)), 'heads')
  }
  const rows = JSON.stringify(chains.map(({ stream, device, seq, hash }) => [stream, device, seq, hash]))
  const reversed = JSON.stringify(
    chains.map(({ stream, device, seq, hash }) => [stream, device, seq, hash]).toReversed(),
  )
  return [
    accepted('a core and two chains', utf8ToBytes(text), value),
    bad('white space', ',', ', '),
    bad('another member', '"core"', '"also":1,"core"'),
    bad('chains unsorted', rows, reversed),
    bad('a cursor with a leading zero', '.1234', '.01234'),
    bad('a core of three', `[2,"${value.core.hash}"]`, `[2,"${value.core.hash}",0]`),
  ]
}

function coreEntries(): Vector[] {
  const genesis = genesisEntry().bytes
  const body: Settle = {
    type: 'settle',
    canaries: [],
    cuts: [],
    enrol: [],
    heals: [],
    keep: [],
    links: ZERO_HASH,
    wraps: ZERO_HASH,
  }
  const signedBytes = encodeCoreEntry(HEADER.vault, 7, HEADER.prevHash, body)
  const [low, high] = [0x00, 0xfb].map((byte) => ({
    signer: deviceIdOf(new Uint8Array(16).fill(byte)),
    signature: bytesNamed(`signature ${byte}`, 64),
  }))
  if (low === undefined || high === undefined) throw new Error('two signers')
  const bytes = attachSignatures(signedBytes, [low, high])
  const unsorted = concatBytes(
    signedBytes,
    Uint8Array.of(2),
    idBytes(high.signer),
    high.signature,
    idBytes(low.signer),
    low.signature,
  )
  const withText = (text: string): Bytes => {
    const json = utf8ToBytes(text)
    const prefix = new ByteWriter().bytes(signedBytes.slice(0, 74)).u32(json.length).bytes(json).finish()
    return attachSignatures(prefix, [low])
  }
  const text = new TextDecoder().decode(signedBytes.slice(78))
  const unknown = (title: string, at: number, value: number, version: number, entryType: number): Vector => ({
    title,
    bytes: bytesToHex(changed(genesis, at, value)),
    refused: { type: 'UnknownEntry', version, entryType },
  })
  return [
    accepted('signers in the order of bytes and not of text', bytes, {
      vault: HEADER.vault,
      seq: 7,
      prevHash: HEADER.prevHash,
      body,
      signatures: [low, high],
    }),
    refused('signers in the order of text', unsorted, 'entry'),
    refused('no signer', concatBytes(signedBytes, Uint8Array.of(0)), 'entry'),
    refused('a signer twice', attachSignatures(signedBytes, [low, low]), 'entry'),
    refused(
      'five signers',
      attachSignatures(
        signedBytes,
        [1, 2, 3, 4, 5].map((byte) => ({ ...low, signer: deviceIdOf(new Uint8Array(16).fill(byte)) })),
      ),
      'entry',
    ),
    refused('a trailing byte', concatBytes(bytes, Uint8Array.of(0)), 'entry'),
    refused('cut within a signature', bytes.slice(0, -1), 'entry'),
    refused('another magic', changed(bytes, 0, 0x73), 'magic'),
    refused('version 0', changed(bytes, 4, 0), 'version'),
    refused('type 0', changed(bytes, 5, 0), 'version'),
    refused('a body with white space', withText(text.replace(',', ', ')), 'body'),
    refused('a body with an unknown member', withText(text.replace('"cuts"', '"cut":1,"cuts"')), 'settle body'),
    refused('a body without a member', withText(text.replace('"heals":[],', '')), 'settle body'),
    refused('a body that is no object', withText('[]'), 'body'),
    unknown('a reserved type', 5, 6, 1, 6),
    unknown('a later version', 4, 2, 2, 1),
  ]
}

/** What a log says at its head. */
export function summaryOf(state: CoreState): unknown {
  return toPlain({
    vault: state.vault,
    seq: state.seq,
    head: state.head,
    active: [...state.devices.values()].filter((device) => device.untilSeq === undefined).map((device) => device.id),
    ended: [...state.devices.values()]
      .filter((device) => device.untilSeq !== undefined)
      .map(({ id, untilSeq, cuts }) => ({ id, untilSeq, cuts })),
    epochs: [...state.streams.values()].map(({ id, canaries }) => [id, canaries.length - 1]),
    healed: state.healed,
  })
}

function coreLog(): CoreVector[] {
  const vectors: CoreVector[] = []
  let state: CoreState | undefined
  let after = 0
  const shape = (title: string, { bytes, attachments }: TestEntry) => ({
    title,
    after,
    entry: bytesToHex(bytes),
    wraps: attachments.wraps === undefined ? null : bytesToHex(attachments.wraps),
    links: attachments.links === undefined ? null : bytesToHex(attachments.links),
  })
  const accept = (title: string, entry: TestEntry): CoreState => {
    const next = applied(state, entry)
    vectors.push({ ...shape(title, entry), state: summaryOf(next) })
    state = next
    after++
    return next
  }
  const breaks = (rule: string, title: string, entry: TestEntry): void => {
    vectors.push({ ...shape(title, entry), refused: { type: 'CoreRuleBroken', rule } })
  }

  breaks('signature', 'genesis without the kit', genesisEntry({ signers: [PHONE] }))
  breaks('suite', 'genesis in a suite below its least', genesisEntry({ body: { minSuite: 2 } }))
  breaks('streams', 'genesis without streams', genesisEntry({ streams: [] }))
  breaks(
    'wraps',
    "genesis without one of the kit's wraps",
    genesisEntry({ wraps: [wrapOf(LABS, 0, PHONE.id), wrapOf(JOURNAL, 0, PHONE.id), wrapOf(LABS, 0, KIT.id)] }),
  )
  const genesis = accept('genesis', genesisEntry())

  breaks(
    'position',
    'a fork of the head',
    addDeviceEntry(genesis, LAPTOP, STREAMS, { position: { prevHash: hashNamed('fork') } }),
  )
  breaks('position', 'a seq too far', addDeviceEntry(genesis, LAPTOP, STREAMS, { position: { seq: 2 } }))
  breaks('signature', 'signed by a stranger', addDeviceEntry(genesis, LAPTOP, STREAMS, { signers: [LAPTOP] }))
  breaks('signer', 'a device added by the kit', addDeviceEntry(genesis, LAPTOP, STREAMS, { signers: [KIT] }))
  breaks(
    'proof',
    'a device that did not offer its keys',
    addDeviceEntry(genesis, LAPTOP, STREAMS, { body: { proof: textNamed('proof', 64) } }),
  )
  breaks('deviceKnown', 'the kit enrolled as a device', addDeviceEntry(genesis, KIT, STREAMS))
  breaks(
    'streams',
    'a stream that the vault has not',
    addDeviceEntry(genesis, LAPTOP, [streamNamed('other')], { wraps: [] }),
  )
  breaks(
    'wraps',
    'a wrap too many',
    addDeviceEntry(genesis, LAPTOP, [LABS], { wraps: [wrapOf(LABS, 0, LAPTOP.id), wrapOf(JOURNAL, 0, LAPTOP.id)] }),
  )
  const two = accept('a full laptop is added', addDeviceEntry(genesis, LAPTOP, STREAMS))
  const three = accept(
    'a watch is added, for the journal alone',
    addDeviceEntry(two, WATCH, [JOURNAL], { signers: [LAPTOP] }),
  )

  const stay = [
    [LAPTOP, STREAMS],
    [WATCH, [JOURNAL]],
  ] as const
  breaks(
    'signer',
    'a replacement signed by a device that is not full',
    replaceDeviceEntry(three, NEW_PHONE, STREAMS, stay, { signers: [WATCH] }),
  )
  breaks(
    'cuts',
    'a cut for a device that stays',
    replaceDeviceEntry(three, NEW_PHONE, STREAMS, stay, { body: { cuts: [[LAPTOP.id, LABS, 1, hashNamed('batch')]] } }),
  )
  breaks(
    'canaries',
    'a stream that is not rotated',
    replaceDeviceEntry(three, NEW_PHONE, STREAMS, stay, { body: { canaries: [] } }),
  )
  breaks(
    'wraps',
    'a wrap for the device that is retired',
    replaceDeviceEntry(three, NEW_PHONE, STREAMS, stay, {
      wraps: [...rotationWraps(three, [[NEW_PHONE, STREAMS], ...stay]), wrapOf(LABS, 1, PHONE.id)],
    }),
  )
  breaks(
    'links',
    'a link that is missing',
    replaceDeviceEntry(three, NEW_PHONE, STREAMS, stay, { links: [linkOf(LABS, 1)] }),
  )
  const four = accept(
    'the phone is replaced, its chains cut',
    replaceDeviceEntry(three, NEW_PHONE, STREAMS, stay, {
      body: { cuts: [[PHONE.id, LABS, 5, hashNamed('batch 5')]] },
    }),
  )

  breaks(
    'signature',
    'signed by the device that was retired',
    addDeviceEntry(four, deviceNamed('tablet'), STREAMS, { signers: [PHONE] }),
  )
  breaks('deviceKnown', 'a retired device enrolled again', addDeviceEntry(four, PHONE, STREAMS, { signers: [LAPTOP] }))
  breaks(
    'signer',
    'a settle that the kit did not sign',
    settleEntry(four, [], [[deviceNamed('tablet'), STREAMS]], { signers: [LAPTOP] }),
  )
  breaks(
    'keep',
    'a settle that keeps a retired device',
    settleEntry(four, [], [[deviceNamed('tablet'), STREAMS]], { body: { keep: [PHONE.id] } }),
  )
  breaks('full', 'a settle that leaves no full device', settleEntry(four, [[WATCH, [JOURNAL]]], []))
  accept(
    'the kit settles: one device enrolled, the watch kept, a branch healed',
    settleEntry(four, [[WATCH, [JOURNAL]]], [[deviceNamed('tablet'), STREAMS]], {
      body: { cuts: [[NEW_PHONE.id, JOURNAL, 2, hashNamed('batch 2')]], heals: [hashOf(bytesNamed('branch'))] },
    }),
  )
  return vectors
}

function signingInputs(): Vector[] {
  const hash = (bytes: Uint8Array): Bytes => testCrypto.sha256(bytes)
  const parts = {
    headerBytes: encodeHeader(HEADER),
    commitment: bytesNamed('commitment'),
    ciphertext: bytesNamed('ciphertext'),
  }
  const inputs: [string, Bytes, unknown][] = [
    ['a batch (V20)', batchSigningInput(hash, parts), parts],
    ['a core entry (V5)', coreSigningInput(hash, utf8ToBytes('T')), { signedBytes: utf8ToBytes('T') }],
    ['an enrolment (V9)', enrolSigningInput(HEADER.vault, LAPTOP.id), { vault: HEADER.vault, device: LAPTOP.id }],
    [
      'a token request (S2)',
      authSigningInput(HEADER.vault, 'https://relay.example', bytesNamed('nonce')),
      { vault: HEADER.vault, origin: 'https://relay.example', nonce: bytesNamed('nonce') },
    ],
  ]
  return inputs.map(([title, bytes, decoded]) => accepted(title, bytes, decoded))
}

if (process.argv[1] === import.meta.filename) {
  const directory = join(import.meta.dirname, 'wire')
  mkdirSync(directory, { recursive: true })
  for (const [name, vectors] of Object.entries(makeWireVectors())) {
    writeFileSync(join(directory, name), `${JSON.stringify(vectors, null, 1)}\n`)
  }
}
