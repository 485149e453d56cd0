import { createHash } from 'node:crypto'
import { type Bytes, concatBytes, err, ok, present, utf8ToBytes } from '@salus/base'
import {
  type CoreDevice,
  type CoreState,
  type DeviceId,
  type Envelope,
  type Hash,
  type StreamId,
  type VaultId,
  ZERO_HASH,
  decodeBatchContent,
  decodeEnvelope,
  deviceIdOf,
  encodeBatchContent,
  encodeEnvelope,
  encodeHeader,
  hashOf,
  idBytes,
  streamIdOf,
  vaultIdOf,
} from '@salus/wire'
import type { BatchCrypto, SealRequest } from './replica.ts'

export function sha256(bytes: Uint8Array): Bytes {
  return Uint8Array.from(createHash('sha256').update(bytes).digest())
}

export const idOf = (name: string): Bytes => sha256(utf8ToBytes(name)).slice(0, 16)
export const deviceNamed = (name: string): DeviceId => deviceIdOf(idOf(name))
export const streamNamed = (name: string): StreamId => streamIdOf(idOf(name))
export const hashNamed = (name: string): Hash => hashOf(sha256(utf8ToBytes(name)))
const VAULT: VaultId = vaultIdOf(sha256(utf8ToBytes('vault')))

/** A core state as if checked: these devices hold these streams from genesis on. */
export function plainCore(
  devices: readonly DeviceId[],
  streams: readonly StreamId[],
  entries: readonly Hash[] = [ZERO_HASH],
): CoreState {
  const keys = { c: '', s: '', x: '' }
  return {
    vault: VAULT,
    suite: 1,
    minSuite: 1,
    seq: entries.length - 1,
    head: present(entries.at(-1), 'a log has an entry'),
    seqOfHash: new Map(entries.map((hash, seq) => [hash, seq])),
    kit: { id: deviceNamed('kit'), keys },
    devices: new Map(
      devices.map((id): [DeviceId, CoreDevice] => [id, { id, keys, streams: new Set(streams), sinceSeq: 0 }]),
    ),
    streams: new Map(streams.map((id) => [id, { id, canaries: [''], epochSinceSeq: [0] }])),
    healed: new Set(),
  }
}

/** The same core with one device ended at these cuts. */
export function cutDevice(
  core: CoreState,
  device: DeviceId,
  cuts: ReadonlyMap<StreamId, { seq: number; hash: Hash }>,
  head: Hash,
): CoreState {
  const ended = present(core.devices.get(device), 'a device')
  const seq = core.seq + 1
  return {
    ...core,
    seq,
    head,
    seqOfHash: new Map(core.seqOfHash).set(head, seq),
    devices: new Map(core.devices).set(device, { ...ended, untilSeq: seq, cuts }),
  }
}

/** Signs by a hash of the author's name and hides nothing: the sync's rules without the vault's cost. */
export const plainCrypto: BatchCrypto = {
  sha256,
  verify: async (core, envelope) =>
    core.devices.has(envelope.header.device) &&
    signatureOf(envelope.header.device, envelope).every((byte, i) => envelope.signature[i] === byte),
  open: async (envelope): ReturnType<BatchCrypto['open']> => {
    const content = decodeBatchContent(envelope.ciphertext.slice(0, -16))
    return content.ok ? ok(content.value) : err({ type: 'BadContent' })
  },
  seal: async (request) => sealPlain(request),
}

/** A batch of any author, for tests that need one which no honest device writes. */
export function sealPlain(
  request: SealRequest,
  salt = new Uint8Array(32),
): { readonly bytes: Bytes; readonly hash: Hash } {
  const ciphertext = concatBytes(encodeBatchContent({ isDeflated: false, ...request }), new Uint8Array(16))
  const headerBytes = encodeHeader({ ...request, salt, ciphertextBytes: ciphertext.length })
  const parts = { headerBytes, commitment: new Uint8Array(32), ciphertext }
  const bytes = encodeEnvelope(headerBytes, parts.commitment, ciphertext, signatureOf(request.device, parts))
  return { bytes, hash: hashOf(sha256(bytes)) }
}

export function headerOf(bytes: Bytes) {
  const envelope = decodeEnvelope(bytes)
  if (!envelope.ok) throw new Error('no envelope')
  return envelope.value.header
}

function signatureOf(device: DeviceId, parts: Pick<Envelope, 'headerBytes' | 'commitment' | 'ciphertext'>): Bytes {
  const half = sha256(concatBytes(idBytes(device), parts.headerBytes, parts.commitment, parts.ciphertext))
  return concatBytes(half, half)
}
