import { type Bytes, type Result, err, ok, present } from '@salus/base'
import {
  type ChainAt,
  type CoreState,
  type DeviceId,
  type Hash,
  type Heads,
  PUSH_BATCHES_MAX,
  PUSH_BYTES_MAX,
  type StreamId,
  type ChainTip,
  checkPlacement,
  decodeEnvelope,
  hashOf,
} from '@salus/wire'
import type { BatchPage, ChainPage, CoreTriple, Transport, TransportError } from './transport.ts'

/** What the relay needs to know of cryptography and the core's rules. */
export interface RelayRules {
  sha256(bytes: Uint8Array): Bytes
  /** The state after these entries. */
  core(triples: readonly CoreTriple[]): CoreState | undefined
}

interface Row {
  readonly stream: StreamId
  readonly device: DeviceId
  readonly seq: number
  readonly hash: Hash
  readonly coreSeq: number
  readonly bytes: Bytes
}

/** Everything that a relay holds at one moment. */
export interface RelaySnapshot {
  readonly triples: readonly CoreTriple[]
  readonly rows: readonly Row[]
}

/** What a malicious relay does with an honest answer; whatever is absent stays honest. */
export interface Malice {
  readonly heads?: (heads: Heads) => Heads
  readonly page?: (page: BatchPage) => BatchPage
  readonly chain?: (page: ChainPage, stream: StreamId, device: DeviceId, fromSeq: number) => ChainPage
  readonly core?: (triples: readonly CoreTriple[], fromSeq: number) => readonly CoreTriple[]
}

const refused = (status: number, name: string): { ok: false; error: TransportError } =>
  err({ type: 'Refused', status, name })
const RELAY_EPOCH = 'AAAAAAAAAAA'

/** Section 1 of the sync protocol in memory, small and faithful, signatures left to the clients. */
export class RelayForTests {
  readonly #rules: RelayRules
  #triples: readonly CoreTriple[]
  #rows: readonly Row[] = []
  /** Batches in one page of `batches`, so that tests see several. */
  pageBatchesMax = 64
  malice: Malice = {}

  constructor(rules: RelayRules, genesis: readonly CoreTriple[]) {
    this.#rules = rules
    this.#triples = genesis
  }

  get triples(): readonly CoreTriple[] {
    return this.#triples
  }

  /** All sealed bytes here, in the order of their arrival. */
  get batches(): readonly Bytes[] {
    return this.#rows.map((row) => row.bytes)
  }

  snapshot(): RelaySnapshot {
    return { triples: this.#triples, rows: this.#rows }
  }

  restore(snapshot: RelaySnapshot): void {
    this.#triples = snapshot.triples
    this.#rows = snapshot.rows
  }

  chain(stream: StreamId, device: DeviceId): readonly Row[] {
    return this.#rows.filter((row) => row.stream === stream && row.device === device)
  }

  /** Takes a batch without a look, as only a malicious relay does. */
  plant(row: Row): void {
    this.#rows = [...this.#rows, row]
  }

  transport(): Transport {
    return {
      heads: async () => ok((this.malice.heads ?? same)(this.#heads())),
      core: async (fromSeq) => ok((this.malice.core ?? same)(this.#triples.slice(fromSeq), fromSeq)),
      appendCore: async (prevHash, triple) => this.#appendCore(prevHash, triple),
      batches: async (cursor) => ok((this.malice.page ?? same)(this.#page(cursor))),
      chain: async (stream, device, fromSeq) => {
        const rows = this.chain(stream, device).filter((row) => row.seq >= fromSeq)
        const page = {
          batches: rows.slice(0, this.pageBatchesMax).map((row) => row.bytes),
          hasMore: rows.length > this.pageBatchesMax,
        }
        return ok((this.malice.chain ?? same)(page, stream, device, fromSeq))
      },
      push: async (stream, batches) => this.#push(stream, batches),
      events: async () => ok(),
    }
  }

  #core(): CoreState {
    return present(this.#rules.core(this.#triples), 'a relay holds a sound core')
  }

  #heads(): Heads {
    const { seq, head } = this.#core()
    const chains = new Map<string, ChainAt>()
    for (const { stream, device, seq: at, hash } of this.#rows) {
      const key = `${stream} ${device}`
      if ((chains.get(key)?.seq ?? 0) < at) chains.set(key, { stream, device, seq: at, hash })
    }
    return { core: { seq, hash: head }, chains: [...chains.values()], cursor: this.#cursor(this.#rows.length) }
  }

  #page(cursor: string | undefined): BatchPage {
    const start = Math.min(Number(cursor?.split('.')[1] ?? 0), this.#rows.length)
    const rows = this.#rows.slice(start, start + this.pageBatchesMax)
    const end = start + rows.length
    return { batches: rows.map((row) => row.bytes), cursor: this.#cursor(end), hasMore: end < this.#rows.length }
  }

  #cursor(number: number): string {
    return `${RELAY_EPOCH}.${String(number)}`
  }

  #appendCore(prevHash: Hash, triple: CoreTriple): Result<void, TransportError | { readonly type: 'HeadMoved' }> {
    const hash = hashOf(this.#rules.sha256(triple.entry))
    const core = this.#core()
    if (core.seqOfHash.has(hash)) return ok()
    if (core.head !== prevHash) return err({ type: 'HeadMoved' })
    if (this.#rules.core([...this.#triples, triple]) === undefined) return refused(422, 'EntryRefused')
    this.#triples = [...this.#triples, triple]
    return ok()
  }

  #push(stream: StreamId, batches: readonly Bytes[]): Result<string, TransportError> {
    const size = batches.reduce((sum, bytes) => sum + bytes.length + 4, 0)
    if (batches.length > PUSH_BATCHES_MAX || size > PUSH_BYTES_MAX) return refused(413, 'TooLarge')
    const core = this.#core()
    let rows = this.#rows
    for (const bytes of batches) {
      const envelope = decodeEnvelope(bytes)
      if (!envelope.ok || envelope.value.header.stream !== stream) return refused(422, 'BadBatch')
      const { header } = envelope.value
      const hash = hashOf(this.#rules.sha256(bytes))
      if (rows.some((row) => row.hash === hash)) continue
      const tip: ChainTip | undefined = rows.findLast((row) => row.stream === stream && row.device === header.device)
      const placed = checkPlacement(core, header, hash, tip)
      if (!placed.ok)
        return placed.error.type.startsWith('Chain') ? refused(409, 'ChainBroken') : refused(422, placed.error.type)
      rows = [...rows, { stream, device: header.device, seq: header.seq, hash, coreSeq: placed.value, bytes }]
    }
    this.#rows = rows
    return ok(this.#cursor(rows.length))
  }
}

const same = <T>(honest: T): T => honest
