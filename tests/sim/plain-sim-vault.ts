import {
  type Result,
  bytesToUtf8,
  canonicalJson,
  concatBytes,
  err,
  isJsonObject,
  ok,
  parseCanonicalJson,
  present,
  utf8ToBytes,
} from '@salus/base'
import type { CoreRow } from '@salus/store'
import { type CoreTriple, SyncSession } from '@salus/sync'
import { type ChainAt, type CoreState, type DeviceId, type Hash, ZERO_HASH, hashOf } from '@salus/wire'
import {
  deviceNamed,
  plainCore,
  plainCrypto,
  sha256,
  streamNamed,
} from '../../packages/sync/src/plain-vault-for-tests.ts'
import { RelayForTests } from '../../packages/sync/src/relay-for-tests.ts'
import type { SeatDisk, SimVault, Unlocked } from './sim-vault.ts'

export interface PlainVault extends SimVault {
  readonly relay: RelayForTests
}

const STREAMS = [streamNamed('labs'), streamNamed('journal')]

/** An entry of a core log without signatures: genesis lists devices, every other adds one. */
function plainEntry(prevHash: Hash, devices: readonly DeviceId[]): CoreTriple {
  return { entry: utf8ToBytes(canonicalJson([prevHash, ...devices])), wraps: undefined, links: undefined }
}

function readEntry(triple: CoreTriple): { prevHash: string; devices: DeviceId[] } | undefined {
  const text = bytesToUtf8(triple.entry)
  const json = text.ok ? parseCanonicalJson(text.value) : text
  if (!json.ok || isJsonObject(json.value) || !Array.isArray(json.value)) return undefined
  const [prevHash, ...devices] = json.value as string[]
  return { prevHash: prevHash ?? '', devices: devices as DeviceId[] }
}

/** The plain log's one rule: each entry continues the one before. */
function foldCore(triples: readonly CoreTriple[], from: CoreState | undefined): CoreState | undefined {
  let state = from
  for (const triple of triples) {
    const entry = readEntry(triple)
    if (entry === undefined || entry.prevHash !== (state?.head ?? ZERO_HASH)) return undefined
    const head = hashOf(sha256(triple.entry))
    if (state === undefined) {
      state = plainCore(entry.devices, STREAMS, [head])
      continue
    }
    const seq = state.seq + 1
    const devices = new Map(state.devices)
    for (const id of entry.devices)
      devices.set(id, { id, keys: { c: '', s: '', x: '' }, streams: new Set(STREAMS), sinceSeq: seq })
    state = { ...state, seq, head, seqOfHash: new Map(state.seqOfHash).set(head, seq), devices }
  }
  return state
}

function coreRowsOf(triples: readonly CoreTriple[], fromSeq: number): CoreRow[] {
  return triples.map((triple, i) => ({
    ...triple,
    seq: fromSeq + i,
    hash: hashOf(sha256(triple.entry)),
    prevHash: (readEntry(triple)?.prevHash ?? '') as Hash,
  }))
}

function disk(self: DeviceId, triples: readonly CoreTriple[], frontier: readonly ChainAt[]): SeatDisk {
  return {
    self,
    furnish: async (store) => {
      await store.write({
        core: coreRowsOf(triples, 0),
        meta: frontier.length === 0 ? {} : SyncSession.demand(frontier),
      })
    },
  }
}

/** Without signatures and secrets, and so a hundred times as fast: what is simulated is the sync. */
export async function makePlainVault({
  devices,
  seed,
}: {
  readonly devices: number
  readonly seed: number
}): Promise<PlainVault> {
  const ids = Array.from({ length: devices }, (_, i) => deviceNamed(`${String(seed)} device ${String(i)}`))
  const genesis = plainEntry(ZERO_HASH, ids)
  const relay = new RelayForTests({ sha256, core: (triples) => foldCore(triples, undefined) }, [genesis])
  relay.pageBatchesMax = 5
  let enrolled = 0
  return {
    relay,
    streams: STREAMS,
    firstDevices: ids.map((id) => disk(id, [genesis], [])),
    unlock: async (self, store): Promise<Unlocked> => {
      let state = present(foldCore(await store.core(), undefined), 'a furnished disk has a core')
      const adopt = async (
        triples: readonly CoreTriple[],
        next: CoreState,
        isWhole: boolean,
      ): Promise<Result<void, { type: 'HeadMoved' }>> => {
        const written = await store.write({
          core: coreRowsOf(triples, isWhole ? 0 : state.seq + 1),
          replacesCore: isWhole,
        })
        if (written.ok) state = next
        return written.ok ? ok() : err({ type: 'HeadMoved' })
      }
      return {
        self,
        crypto: plainCrypto,
        refreshCore: async () => {
          state = present(foldCore(await store.core(), undefined), 'a furnished disk has a core')
        },
        hooks: {
          state: () => state,
          check: (triples, from) => {
            const next = foldCore(triples, from)
            return next === undefined ? err({ type: 'CoreRuleBroken', rule: 'position' }) : ok(next)
          },
          adopt,
        },
        enrol: async (transport, frontier) => {
          const id = deviceNamed(`${String(seed)} enrolled ${String(enrolled++)}`)
          const before = state
          const triple = plainEntry(before.head, [id])
          const next = present(foldCore([triple], before), 'an entry on its head')
          const appended = await transport.appendCore(before.head, triple)
          if (!appended.ok) return undefined
          if (state === before) await adopt([triple], next, false)
          const demanded = await frontier()
          return async () => disk(id, relay.triples, demanded)
        },
      }
    },
    transport: () => relay.transport(),
    relayCore: async () => ({ state: present(foldCore(relay.triples, undefined), 'sound'), triples: relay.triples }),
    relayBytes: async () => concatBytes(...relay.batches),
  }
}
