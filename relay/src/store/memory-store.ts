import { type Random, type Result, bytesToBase64Url, err, ok, present } from '@salus/base'
import { type ChainAt, type ChainHead, type DeviceId, type Hash, type StreamId, type VaultId } from '@salus/wire'
import { PAGE_SCAN_ROWS_MAX } from '../limits.ts'
import { chainStep } from './chain-step.ts'
import { coreStep } from './core-step.ts'
import { mayUseInvite } from './invite-use.ts'
import {
  type ChainRequest,
  type CoreRefusal,
  type CoreRow,
  FRAME_LENGTH_BYTES,
  type InviteRefused,
  type InviteRow,
  type NewBatch,
  type NewCoreRow,
  type NewVault,
  type Page,
  type PageRequest,
  type Push,
  type PushRefusal,
  type Pushed,
  type RelayStore,
  type VaultHeads,
  compareChains,
  coreRowBytes,
} from './port.ts'

interface Row extends NewBatch {
  readonly stream: StreamId
  /** 1 for the vault's first. */
  readonly number: number
}

interface Vault {
  readonly kit: DeviceId
  readonly core: CoreRow[]
  readonly rows: Row[]
  /** Rows of each chain, in order. */
  readonly chains: Map<string, Row[]>
  bytes: number
  coreBytes: number
}

/** Keeps all in memory: for tests and the simulator. It promises nothing beyond the process. */
export class MemoryStore implements RelayStore {
  readonly relayEpoch: string
  readonly #invites = new Map<Hash, InviteRow>()
  readonly #vaults = new Map<VaultId, Vault>()

  constructor(random: Random) {
    this.relayEpoch = bytesToBase64Url(random.bytes(8))
  }

  async addInvite(invite: Omit<InviteRow, 'usedBy'>): Promise<void> {
    this.#invites.set(invite.hash, { ...invite, usedBy: undefined })
  }

  async invite(hash: Hash): Promise<InviteRow | undefined> {
    return this.#invites.get(hash)
  }

  async createVault(wanted: NewVault): Promise<Result<'created' | 'existed', InviteRefused>> {
    const invite = this.#invites.get(wanted.inviteHash)
    if (invite === undefined || !mayUseInvite(invite, wanted)) return err({ type: 'InviteRefused' })
    if (this.#vaults.has(wanted.vault)) return ok('existed')
    this.#invites.set(invite.hash, { ...invite, usedBy: wanted.vault })
    // The vault's id is its genesis entry's hash (V4), spelt alike; parsing would only repeat that.
    const hash = wanted.vault as string as Hash
    const genesis: CoreRow = { seq: 0, hash, entry: wanted.genesis, wraps: wanted.wraps, links: undefined }
    this.#vaults.set(wanted.vault, {
      kit: wanted.kit,
      core: [genesis],
      rows: [],
      chains: new Map(),
      bytes: 0,
      coreBytes: coreRowBytes(genesis),
    })
    return ok('created')
  }

  async vaultOfKit(kit: DeviceId): Promise<VaultId | undefined> {
    return [...this.#vaults].findLast(([, vault]) => vault.kit === kit)?.[0]
  }

  async coreHead(id: VaultId): Promise<ChainHead | undefined> {
    const vault = this.#vaults.get(id)
    return vault && headOf(vault)
  }

  async core(id: VaultId, fromSeq: number, bytesMax: number): Promise<CoreRow[]> {
    const rows: CoreRow[] = []
    let bytes = 0
    for (const row of this.#vaults.get(id)?.core.slice(fromSeq) ?? []) {
      bytes += coreRowBytes(row)
      if (rows.length > 0 && bytes > bytesMax) break
      rows.push(row)
    }
    return rows
  }

  async appendCore(id: VaultId, row: NewCoreRow, coreBytesMax: number): Promise<Result<void, CoreRefusal>> {
    const vault = present(this.#vaults.get(id), 'a checked entry has a vault')
    const grown = coreStep({ head: headOf(vault), bytes: vault.coreBytes }, row, coreBytesMax)
    if (!grown.ok) return grown
    vault.core.push(row)
    vault.coreBytes = grown.value
    return ok()
  }

  async push(push: Push): Promise<Result<Pushed, PushRefusal>> {
    const vault = present(this.#vaults.get(push.vault), 'a checked push has a vault')
    if (headOf(vault).seq !== push.checkedAtCoreSeq) return err({ type: 'CoreMoved' })
    const added: NewBatch[] = []
    const addedByDevice = new Map<DeviceId, NewBatch[]>()
    for (const [index, batch] of push.batches.entries()) {
      const kept = vault.chains.get(chainName(push.stream, batch.device)) ?? []
      const more = addedByDevice.get(batch.device) ?? []
      const hashAt = (seq: number): Hash | undefined => (kept[seq - 1] ?? more[seq - kept.length - 1])?.hash
      const step = chainStep(more.at(-1) ?? kept.at(-1), batch, hashAt, index)
      if (step === 'known') continue
      if (step !== 'next') return err(step)
      added.push(batch)
      more.push(batch)
      addedByDevice.set(batch.device, more)
    }
    const bytes = added.reduce((sum, batch) => sum + batch.bytes.length, vault.bytes)
    const newChains = [...addedByDevice.keys()].filter((device) => !vault.chains.has(chainName(push.stream, device)))
    if (added.length > 0 && (bytes > push.vaultBytesMax || vault.chains.size + newChains.length > push.chainsMax)) {
      return err({ type: 'OverQuota' })
    }
    for (const batch of added) putRow(vault, { ...batch, stream: push.stream, number: vault.rows.length + 1 })
    return ok({ newest: vault.rows.length, added: added.length })
  }

  async page(request: PageRequest): Promise<Page> {
    const rows = this.#vaults.get(request.vault)?.rows ?? []
    const batches: Row[] = []
    let bytes = 0
    // A cursor beyond the newest row is of a database that a backup has replaced since: it starts over.
    let end = request.after > rows.length ? 0 : request.after
    for (const row of rows.slice(end, end + PAGE_SCAN_ROWS_MAX)) {
      if (request.streams.has(row.stream)) {
        bytes += row.bytes.length + FRAME_LENGTH_BYTES
        if (batches.length > 0 && bytes > request.bytesMax) break
        batches.push(row)
      }
      end = row.number
    }
    return { batches: batches.map((row) => row.bytes), end, hasMore: end < rows.length }
  }

  async chain(request: ChainRequest): Promise<Page> {
    const chain = this.#vaults.get(request.vault)?.chains.get(chainName(request.stream, request.device)) ?? []
    const batches: Row[] = []
    let bytes = 0
    for (const row of chain.slice(Math.max(request.fromSeq, 1) - 1)) {
      bytes += row.bytes.length + FRAME_LENGTH_BYTES
      if (batches.length > 0 && bytes > request.bytesMax) break
      batches.push(row)
    }
    const last = batches.at(-1)
    return {
      batches: batches.map((row) => row.bytes),
      end: last?.seq ?? 0,
      hasMore: last !== undefined && last.seq < chain.length,
    }
  }

  async heads(id: VaultId, streams: ReadonlySet<StreamId>): Promise<VaultHeads | undefined> {
    const vault = this.#vaults.get(id)
    if (vault === undefined) return undefined
    const chains = [...vault.chains.values()].flatMap((rows): ChainAt[] => {
      const tip = rows.at(-1)
      return tip !== undefined && streams.has(tip.stream)
        ? [{ stream: tip.stream, device: tip.device, seq: tip.seq, hash: tip.hash }]
        : []
    })
    return { core: headOf(vault), chains: chains.sort(compareChains), newest: vault.rows.length }
  }

  async probe(): Promise<void> {
    // Memory takes every write.
  }

  async close(): Promise<void> {
    this.#vaults.clear()
  }
}

const chainName = (stream: StreamId, device: DeviceId): string => `${stream} ${device}`

function headOf(vault: Vault): ChainHead {
  const { seq, hash } = present(vault.core.at(-1), 'a vault has its genesis entry')
  return { seq, hash }
}

function putRow(vault: Vault, row: Row): void {
  const name = chainName(row.stream, row.device)
  const chain = vault.chains.get(name) ?? []
  chain.push(row)
  vault.chains.set(name, chain)
  vault.rows.push(row)
  vault.bytes += row.bytes.length
}
