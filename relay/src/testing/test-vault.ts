import { type KeyObject, generateKeyPairSync, randomFillSync, sign } from 'node:crypto'
import { type Bytes, base64UrlToBytes, bytesToBase64Url, present } from '@salus/base'
import {
  type AddDevice,
  type Canary,
  type ChainTip,
  type CoreBody,
  type CoreState,
  type Cut,
  type DeviceId,
  type DeviceKeys,
  type Enrolment,
  type EnvelopeHeader,
  type Genesis,
  type Hash,
  type Link,
  type ReplaceDevice,
  type Rotation,
  type Settle,
  type StreamId,
  type VaultId,
  type Wrap,
  ZERO_HASH,
  ZERO_VAULT,
  applyCoreEntry,
  attachSignatures,
  authSigningInput,
  batchSigningInput,
  coreSigningInput,
  deviceIdOfKeys,
  encodeCoreEntry,
  encodeEnvelope,
  encodeHeader,
  encodeLinks,
  encodeWraps,
  enrolSigningInput,
  hashOf,
  isActive,
  newestEpoch,
  streamIdOf,
} from '@salus/wire'
import { createRelayCrypto, sha256 } from '../relay-crypto.ts'

const crypto = createRelayCrypto()
const random = (length: number): Bytes => randomFillSync(new Uint8Array(length))
const randomText = (length: number): string => bytesToBase64Url(random(length))

/** Bytes of a batch with the smallest padding and its tag: one change by hand. */
export const SMALL_CIPHERTEXT_BYTES = 512 + 16

/** A device or recovery kit with real signing keys; its X25519 key is random, since a relay never uses it. */
export class TestSigner {
  readonly keys: DeviceKeys
  readonly id: DeviceId
  readonly #core: KeyObject
  readonly #batch: KeyObject

  constructor() {
    const [core, batch] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
    this.#core = core.privateKey
    this.#batch = batch.privateKey
    this.keys = { c: publicText(core.publicKey), s: publicText(batch.publicKey), x: randomText(32) }
    this.id = deviceIdOfKeys(crypto, this.keys)
  }

  signCore(message: Bytes): Bytes {
    return new Uint8Array(sign(null, message, this.#core))
  }

  signBatch(message: Bytes): Bytes {
    return new Uint8Array(sign(null, message, this.#batch))
  }

  /** The signature of S2. */
  signAuth(vault: VaultId | '', origin: string, nonce: string): string {
    const bytes = base64UrlToBytes(nonce)
    const message = authSigningInput(
      vault === '' ? ZERO_VAULT : vault,
      origin,
      present(bytes.ok ? bytes.value : undefined, 'a nonce'),
    )
    return bytesToBase64Url(this.signBatch(message))
  }

  enrolment(vault: VaultId, streams: readonly StreamId[]): Enrolment {
    return {
      device: this.keys,
      proof: bytesToBase64Url(this.signCore(enrolSigningInput(vault, this.id))),
      streams: [...streams].sort(),
    }
  }
}

function publicText(key: KeyObject): string {
  return present(key.export({ format: 'jwk' }).x, 'an Ed25519 key has x')
}

/** An entry as it is sent to a relay. */
export interface SentEntry {
  readonly entry: Bytes
  readonly wraps: Bytes
  readonly links: Bytes
}

/** How to make an entry wrong on purpose. */
export type Break<Body> = (body: Body) => Body
const same = <Body>(body: Body): Body => body

/**
 * A vault whose core entries and batches are signed for real and hold random bytes where a relay cannot look. It keeps
 * its own state, so that each entry and batch follows the one before.
 */
export class TestVault {
  readonly device = new TestSigner()
  readonly kit = new TestSigner()
  readonly streams: readonly StreamId[]
  readonly genesis: SentEntry
  readonly entries: SentEntry[] = []
  #core: CoreState
  readonly #tips = new Map<string, ChainTip>()

  constructor(streams = 2) {
    this.streams = Array.from({ length: streams }, () => streamIdOf(random(16))).sort()
    const wraps = this.#wrapsFor(this.streams, () => 0, [this.device.id, this.kit.id])
    const body: Genesis = {
      type: 'genesis',
      canaries: this.#canaries(),
      device: this.device.keys,
      kit: this.kit.keys,
      minSuite: 1,
      nonce: randomText(16),
      suite: 1,
      wraps: hashOf(sha256(wraps)),
    }
    const entry = signEntry(encodeCoreEntry(ZERO_VAULT, 0, ZERO_HASH, body), [this.device, this.kit])
    this.genesis = { entry, wraps, links: random(0) }
    const core = applyCoreEntry(crypto, undefined, entry, { wraps, links: undefined })
    if (!core.ok) throw new Error(JSON.stringify(core.error))
    this.#core = core.value
    this.entries.push(this.genesis)
  }

  get id(): VaultId {
    return this.#core.vault
  }

  get core(): CoreState {
    return this.#core
  }

  get stream(): StreamId {
    return present(this.streams[0], 'a vault has a stream')
  }

  /** Entry 2 of V8, not yet part of this vault's own state: {@link accept} makes it so. */
  addDevice(device: TestSigner, streams = this.streams, by = this.device, breakIt: Break<AddDevice> = same): SentEntry {
    const wraps = this.#wrapsFor(streams, (stream) => newestEpoch(this.#core, stream), [device.id])
    const body: AddDevice = { type: 'addDevice', ...device.enrolment(this.id, streams), wraps: hashOf(sha256(wraps)) }
    return { entry: this.#sign(breakIt(body), [by]), wraps, links: random(0) }
  }

  replaceDevice(
    retired: TestSigner,
    device: TestSigner,
    by = this.device,
    cuts: readonly Cut[] = this.cutsOf(retired),
  ): SentEntry {
    const { wraps, links, rotation } = this.#rotate([retired.id], [device.id])
    const body: ReplaceDevice = {
      type: 'replaceDevice',
      ...device.enrolment(this.id, this.streams),
      ...rotation,
      cuts,
      retired: retired.id,
    }
    return { entry: this.#sign(body, [by]), wraps, links }
  }

  /** Drops every active device and enrols one: recovery by the kit (S28). */
  settle(device: TestSigner): SentEntry {
    const active = [...this.#core.devices.values()].filter(isActive).map((one) => one.id)
    const { wraps, links, rotation } = this.#rotate(active, [device.id])
    const cuts = active.flatMap((id) => this.#cutsOfId(id))
    const body: Settle = {
      type: 'settle',
      ...rotation,
      cuts: sortCuts(cuts),
      enrol: [device.enrolment(this.id, this.streams)],
      heals: [],
      keep: [],
    }
    return { entry: this.#sign(body, [this.kit]), wraps, links }
  }

  /** Takes an entry into the vault's own state. */
  accept(sent: SentEntry): SentEntry {
    const next = applyCoreEntry(crypto, this.#core, sent.entry, sent)
    if (!next.ok) throw new Error(JSON.stringify(next.error))
    this.#core = next.value
    this.entries.push(sent)
    return sent
  }

  /** The last batch of each of a device's chains as this vault made them. */
  cutsOf(device: TestSigner): Cut[] {
    return this.#cutsOfId(device.id)
  }

  /** The next batch of a chain; `change` bends its header before it is signed. */
  batch(
    options: { by?: TestSigner; stream?: StreamId; ciphertextBytes?: number; change?: Partial<EnvelopeHeader> } = {},
  ): Bytes {
    const { by = this.device, stream = this.stream, ciphertextBytes = SMALL_CIPHERTEXT_BYTES, change = {} } = options
    const tip = this.#tips.get(`${by.id} ${stream}`)
    const header: EnvelopeHeader = {
      suite: this.#core.suite,
      vault: this.id,
      stream,
      epoch: newestEpoch(this.#core, stream),
      device: by.id,
      seq: (tip?.seq ?? 0) + 1,
      prevHash: tip?.hash ?? ZERO_HASH,
      coreHead: this.#core.head,
      salt: random(32),
      ciphertextBytes,
      ...change,
    }
    const parts = { headerBytes: encodeHeader(header), commitment: random(32), ciphertext: random(ciphertextBytes) }
    const signature = by.signBatch(batchSigningInput(sha256, parts))
    const bytes = encodeEnvelope(parts.headerBytes, parts.commitment, parts.ciphertext, signature)
    if (Object.keys(change).length === 0) {
      this.#tips.set(`${by.id} ${stream}`, { seq: header.seq, hash: hashOf(sha256(bytes)), coreSeq: this.#core.seq })
    }
    return bytes
  }

  batches(count: number, options: Parameters<TestVault['batch']>[0] = {}): Bytes[] {
    return Array.from({ length: count }, () => this.batch(options))
  }

  #sign(body: CoreBody, signers: readonly TestSigner[]): Bytes {
    return signEntry(encodeCoreEntry(this.id, this.#core.seq + 1, this.#core.head, body), signers)
  }

  #cutsOfId(device: DeviceId): Cut[] {
    const cuts = this.streams.flatMap((stream): Cut[] => {
      const tip = this.#tips.get(`${device} ${stream}`)
      return tip === undefined ? [] : [[device, stream, tip.seq, tip.hash]]
    })
    return sortCuts(cuts)
  }

  #rotate(
    ended: readonly DeviceId[],
    enrolled: readonly DeviceId[],
  ): { wraps: Bytes; links: Bytes; rotation: Rotation } {
    const staying = [...this.#core.devices.values()].filter((device) => isActive(device) && !ended.includes(device.id))
    const epochOf = (stream: StreamId): number => newestEpoch(this.#core, stream) + 1
    const wraps = this.#encodeWraps(
      this.streams.flatMap((stream) => {
        const holders = staying.filter((device) => device.streams.has(stream)).map((device) => device.id)
        return [this.#core.kit.id, ...holders, ...enrolled].map((recipient) => ({
          stream,
          epoch: epochOf(stream),
          recipient,
        }))
      }),
    )
    const links = encodeLinks(
      this.streams.map((stream): Link => ({ stream, epoch: epochOf(stream), ciphertext: random(48) })),
    )
    return {
      wraps,
      links,
      rotation: { canaries: this.#canaries(), links: hashOf(sha256(links)), wraps: hashOf(sha256(wraps)) },
    }
  }

  #wrapsFor(
    streams: readonly StreamId[],
    epochOf: (stream: StreamId) => number,
    recipients: readonly DeviceId[],
  ): Bytes {
    return this.#encodeWraps(
      streams.flatMap((stream) => recipients.map((recipient) => ({ stream, epoch: epochOf(stream), recipient }))),
    )
  }

  #encodeWraps(wraps: readonly Pick<Wrap, 'stream' | 'epoch' | 'recipient'>[]): Bytes {
    return encodeWraps(wraps.map((wrap) => ({ ...wrap, enc: random(32), ciphertext: random(49) })))
  }

  #canaries(): Canary[] {
    return this.streams.map((stream) => [stream, randomText(32)])
  }
}

function sortCuts(cuts: readonly Cut[]): Cut[] {
  return [...cuts].sort((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1))
}

function signEntry(signedBytes: Bytes, signers: readonly TestSigner[]): Bytes {
  const message = coreSigningInput(sha256, signedBytes)
  return attachSignatures(
    signedBytes,
    signers.map((signer) => ({ signer: signer.id, signature: signer.signCore(message) })),
  )
}

/** The hash by which a batch is known (V20). */
export function batchHash(bytes: Bytes): Hash {
  return hashOf(sha256(bytes))
}
