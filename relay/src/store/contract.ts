import { type Bytes, type Result, epochMs, present, systemRandom } from '@salus/base'
import {
  type DeviceId,
  type Hash,
  type StreamId,
  type VaultId,
  deviceIdOf,
  hashOf,
  streamIdOf,
  vaultIdOf,
} from '@salus/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PAGE_SCAN_ROWS_MAX } from '../limits.ts'
import { TestChain } from '../testing/test-chain.ts'
import type { NewBatch, Push, PushRefusal, Pushed, RelayStore } from './port.ts'

const now = epochMs(1_000)
const PAGE = 1_000_000

const randomHash = (): Hash => hashOf(systemRandom.bytes(32))
const randomStream = (): StreamId => streamIdOf(systemRandom.bytes(16))
const randomDevice = (): DeviceId => deviceIdOf(systemRandom.bytes(16))

/**
 * What every adapter of {@link RelayStore} must do.
 * @param open makes an empty store
 */
export function relayStoreContract(name: string, open: () => RelayStore | Promise<RelayStore>): void {
  describe(name, () => {
    let store: RelayStore
    beforeEach(async () => {
      store = await open()
    })
    afterEach(async () => {
      await store.close()
    })

    async function invite(expiresMs?: number): Promise<Hash> {
      const hash = randomHash()
      await store.addInvite({
        hash,
        createdMs: now,
        expiresMs: expiresMs === undefined ? undefined : epochMs(expiresMs),
      })
      return hash
    }

    async function createVault(kit = randomDevice()): Promise<VaultId> {
      const vault = vaultIdOf(systemRandom.bytes(32))
      const wanted = {
        vault,
        kit,
        genesis: systemRandom.bytes(300),
        wraps: systemRandom.bytes(117),
        inviteHash: await invite(),
        nowMs: now,
      }
      expect(await store.createVault(wanted)).toEqual({ ok: true, value: 'created' })
      return vault
    }

    function push(
      vault: VaultId,
      stream: StreamId,
      batches: NewBatch[],
      limits: Partial<Push> = {},
    ): Promise<Result<Pushed, PushRefusal>> {
      return store.push({ vault, stream, batches, checkedAtCoreSeq: 0, vaultBytesMax: 1e9, chainsMax: 100, ...limits })
    }

    const all = (vault: VaultId, streams: StreamId[], after = 0, bytesMax = PAGE) =>
      store.page({ vault, streams: new Set(streams), after, bytesMax })

    const bytesOf = (batches: readonly NewBatch[]): Bytes[] => batches.map((batch) => batch.bytes)

    describe('invites', () => {
      it('are kept by hash with their times and no vault', async () => {
        const hash = await invite(2_000)
        expect(await store.invite(hash)).toEqual({ hash, createdMs: 1_000, expiresMs: 2_000, usedBy: undefined })
        expect(await store.invite(randomHash())).toBeUndefined()
      })

      it('are spent by one vault, and name it', async () => {
        const inviteHash = await invite()
        const wanted = {
          vault: vaultIdOf(systemRandom.bytes(32)),
          kit: randomDevice(),
          genesis: systemRandom.bytes(9),
          wraps: systemRandom.bytes(9),
          inviteHash,
          nowMs: now,
        }
        expect(await store.createVault(wanted)).toEqual({ ok: true, value: 'created' })
        expect((await store.invite(inviteHash))?.usedBy).toBe(wanted.vault)
        expect(await store.createVault(wanted)).toEqual({ ok: true, value: 'existed' })
        const other = { ...wanted, vault: vaultIdOf(systemRandom.bytes(32)) }
        expect(await store.createVault(other)).toEqual({ ok: false, error: { type: 'InviteRefused' } })
        expect(await store.coreHead(other.vault)).toBeUndefined()
      })

      it('are spent once when two vaults ask at the same time', async () => {
        const inviteHash = await invite()
        const wanted = (): Parameters<RelayStore['createVault']>[0] => ({
          vault: vaultIdOf(systemRandom.bytes(32)),
          kit: randomDevice(),
          genesis: systemRandom.bytes(9),
          wraps: systemRandom.bytes(9),
          inviteHash,
          nowMs: now,
        })
        const results = await Promise.all([store.createVault(wanted()), store.createVault(wanted())])
        expect(results.map((result) => result.ok).sort()).toEqual([false, true])
      })

      it('are refused when unknown and from the millisecond of their expiry on', async () => {
        const wanted = { kit: randomDevice(), genesis: systemRandom.bytes(9), wraps: systemRandom.bytes(9) }
        const refused = { ok: false, error: { type: 'InviteRefused' } }
        const vault = vaultIdOf(systemRandom.bytes(32))
        expect(await store.createVault({ ...wanted, vault, inviteHash: randomHash(), nowMs: now })).toEqual(refused)
        const inviteHash = await invite(2_000)
        expect(await store.createVault({ ...wanted, vault, inviteHash, nowMs: epochMs(2_000) })).toEqual(refused)
        expect((await store.createVault({ ...wanted, vault, inviteHash, nowMs: epochMs(1_999) })).ok).toBe(true)
        // A retry after the expiry is still the same vault's.
        expect((await store.createVault({ ...wanted, vault, inviteHash, nowMs: epochMs(9_000) })).ok).toBe(true)
      })
    })

    describe('core', () => {
      it('begins with genesis, whose hash is the vault id, and its wraps', async () => {
        const vault = await createVault()
        expect(await store.coreHead(vault)).toEqual({ seq: 0, hash: vault })
        const [genesis, ...rest] = await store.core(vault, 0, PAGE)
        expect(rest).toEqual([])
        expect(genesis).toMatchObject({ seq: 0, hash: vault, links: undefined })
        expect(genesis?.wraps).toHaveLength(117)
      })

      it('grows by compare-and-swap: one of two entries on the same head wins', async () => {
        const vault = await createVault()
        const entry = (): Parameters<RelayStore['appendCore']>[1] => ({
          // A vault id is its genesis hash; the brands differ.
          seq: 1,
          prevHash: vault as string as Hash,
          hash: randomHash(),
          entry: systemRandom.bytes(50),
          wraps: systemRandom.bytes(1),
          links: systemRandom.bytes(2),
        })
        const [first, second] = [entry(), entry()]
        const results = await Promise.all([store.appendCore(vault, first, PAGE), store.appendCore(vault, second, PAGE)])
        expect(results).toEqual([
          { ok: true },
          { ok: false, error: { type: 'HeadMoved', head: { seq: 1, hash: first.hash } } },
        ])
        const rows = await store.core(vault, 1, PAGE)
        expect(rows.map((row) => [row.seq, row.hash, row.links?.length])).toEqual([[1, first.hash, 2]])
      })

      it('refuses a seq that does not follow, even with the right hash', async () => {
        const vault = await createVault()
        const row = {
          prevHash: vault as string as Hash,
          hash: randomHash(),
          entry: systemRandom.bytes(5),
          wraps: systemRandom.bytes(1),
          links: undefined,
        }
        expect((await store.appendCore(vault, { ...row, seq: 2 }, PAGE)).ok).toBe(false)
        expect((await store.appendCore(vault, { ...row, seq: 0 }, PAGE)).ok).toBe(false)
      })

      it('takes what fits into its bytes exactly and refuses one byte more', async () => {
        const vault = await createVault()
        const row = {
          seq: 1,
          prevHash: vault as string as Hash,
          hash: randomHash(),
          entry: systemRandom.bytes(50),
          wraps: systemRandom.bytes(7),
          links: undefined,
        }
        const taken = 300 + 117 + 12 + 50 + 7 + 12
        expect(await store.appendCore(vault, row, taken - 1)).toEqual({ ok: false, error: { type: 'OverQuota' } })
        expect(await store.coreHead(vault)).toEqual({ seq: 0, hash: vault })
        expect(await store.appendCore(vault, row, taken)).toEqual({ ok: true })
      })

      it('is read in pages that hold one entry at least', async () => {
        const vault = await createVault()
        let prevHash = vault as string as Hash
        for (let seq = 1; seq <= 3; seq++) {
          const hash = randomHash()
          await store.appendCore(
            vault,
            { seq, prevHash, hash, entry: systemRandom.bytes(100), wraps: systemRandom.bytes(0), links: undefined },
            PAGE,
          )
          prevHash = hash
        }
        expect((await store.core(vault, 1, 1)).map((row) => row.seq)).toEqual([1])
        expect((await store.core(vault, 1, 224)).map((row) => row.seq)).toEqual([1, 2])
        expect((await store.core(vault, 1, 223)).map((row) => row.seq)).toEqual([1])
        expect(await store.core(vault, 4, PAGE)).toEqual([])
        expect(await store.core(vaultIdOf(systemRandom.bytes(32)), 0, PAGE)).toEqual([])
      })

      it('finds the newest vault of a recovery kit', async () => {
        const kit = randomDevice()
        await createVault(kit)
        const second = await createVault(kit)
        expect(await store.vaultOfKit(kit)).toBe(second)
        expect(await store.vaultOfKit(randomDevice())).toBeUndefined()
      })
    })

    describe('push', () => {
      it('appends a chain and numbers rows by arrival over all streams of the vault', async () => {
        const [vault, labs, journal, chain] = [await createVault(), randomStream(), randomStream(), new TestChain()]
        const first = chain.take(2)
        expect(await push(vault, labs, first)).toEqual({ ok: true, value: { newest: 2, added: 2 } })
        const other = new TestChain().take(1)
        expect(await push(vault, journal, other)).toEqual({ ok: true, value: { newest: 3, added: 1 } })
        const later = [chain.next()]
        expect(await push(vault, labs, later)).toEqual({ ok: true, value: { newest: 4, added: 1 } })
        expect(await all(vault, [labs, journal])).toEqual({
          batches: bytesOf([...first, ...other, ...later]),
          end: 4,
          hasMore: false,
        })
      })

      it('keeps the order of one request that holds several chains', async () => {
        const [vault, stream, a, b] = [await createVault(), randomStream(), new TestChain(), new TestChain()]
        const batches = [a.next(), b.next(), a.next()]
        expect((await push(vault, stream, batches)).ok).toBe(true)
        expect((await all(vault, [stream])).batches).toEqual(bytesOf(batches))
      })

      it('adds nothing when all is there already, also in part and out of the middle', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const batches = chain.take(3)
        await push(vault, stream, batches)
        expect(await push(vault, stream, batches)).toEqual({ ok: true, value: { newest: 3, added: 0 } })
        expect(await push(vault, stream, batches.slice(1, 2))).toEqual({ ok: true, value: { newest: 3, added: 0 } })
        const next = chain.next()
        expect(await push(vault, stream, [...batches, next])).toEqual({ ok: true, value: { newest: 4, added: 1 } })
        expect(await push(vault, stream, [next, next])).toEqual({ ok: true, value: { newest: 4, added: 0 } })
      })

      it('takes the same request twice at once and keeps it once', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const batches = chain.take(5)
        const results = await Promise.all([push(vault, stream, batches), push(vault, stream, batches)])
        expect(results.map((result) => result.ok && result.value.added)).toEqual([5, 0])
        expect((await all(vault, [stream])).batches).toHaveLength(5)
      })

      it('lets one of two batches with the same seq win, whichever came first', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const first = chain.next()
        const rival = { ...first, hash: randomHash(), bytes: systemRandom.bytes(11) }
        const results = await Promise.all([push(vault, stream, [first]), push(vault, stream, [rival])])
        expect(results[1]).toEqual({
          ok: false,
          error: { type: 'ChainBroken', device: chain.device, head: { seq: 1, hash: first.hash } },
        })
        expect((await all(vault, [stream])).batches).toEqual([first.bytes])
      })

      it('refuses a hole and a wrong predecessor, and says its head', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const [first, second, third] = chain.take(3)
        const [one, two, three] = [present(first, ''), present(second, ''), present(third, '')]
        expect(await push(vault, stream, [two])).toEqual({
          ok: false,
          error: { type: 'ChainBroken', device: chain.device, head: undefined },
        })
        expect((await push(vault, stream, [{ ...one, prevHash: randomHash() }])).ok).toBe(false)
        await push(vault, stream, [one])
        const broken = {
          ok: false,
          error: { type: 'ChainBroken', device: chain.device, head: { seq: 1, hash: one.hash } },
        }
        expect(await push(vault, stream, [three])).toEqual(broken)
        expect(await push(vault, stream, [{ ...two, prevHash: randomHash() }])).toEqual(broken)
        expect(await push(vault, stream, [{ ...one, hash: randomHash() }])).toEqual(broken)
      })

      it('keeps nothing of a request whose last batch is refused', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const [one, two, three] = chain.take(3)
        expect(
          (
            await push(vault, stream, [
              present(one, ''),
              present(two, ''),
              { ...present(three, ''), prevHash: randomHash() },
            ])
          ).ok,
        ).toBe(false)
        expect(await store.heads(vault, new Set([stream]))).toMatchObject({ chains: [], newest: 0 })
        expect((await all(vault, [stream])).batches).toEqual([])
      })

      it('refuses a batch whose core head goes back along the chain (V22)', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const batches = [chain.next(10, 3), chain.next(10, 3), chain.next(10, 2)]
        expect(await push(vault, stream, batches)).toEqual({ ok: false, error: { type: 'CoreHeadWentBack', index: 2 } })
        await push(vault, stream, batches.slice(0, 2))
        expect(await push(vault, stream, batches.slice(2))).toEqual({
          ok: false,
          error: { type: 'CoreHeadWentBack', index: 0 },
        })
      })

      it('refuses what was checked under another core head', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const entry = {
          seq: 1,
          prevHash: vault as string as Hash,
          hash: randomHash(),
          entry: systemRandom.bytes(5),
          wraps: systemRandom.bytes(1),
          links: undefined,
        }
        // Both in one turn: the push was checked before the entry came, and comes after it.
        const results = await Promise.all([store.appendCore(vault, entry, PAGE), push(vault, stream, chain.take(1))])
        expect(results[1]).toEqual({ ok: false, error: { type: 'CoreMoved' } })
        expect((await all(vault, [stream])).batches).toEqual([])
      })

      it('fills the quota to the byte and refuses one more, but never what is there already', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const batches = chain.take(2, 50)
        expect(await push(vault, stream, batches, { vaultBytesMax: 99 })).toEqual({
          ok: false,
          error: { type: 'OverQuota' },
        })
        expect((await push(vault, stream, batches, { vaultBytesMax: 100 })).ok).toBe(true)
        expect((await push(vault, stream, [chain.next(1)], { vaultBytesMax: 100 })).ok).toBe(false)
        expect((await push(vault, stream, batches, { vaultBytesMax: 1 })).ok).toBe(true)
        expect((await all(vault, [stream])).batches).toEqual(bytesOf(batches))
      })

      it('takes as many chains as the limit and refuses one more', async () => {
        const [vault, stream] = [await createVault(), randomStream()]
        expect((await push(vault, stream, [new TestChain().next(), new TestChain().next()], { chainsMax: 1 })).ok).toBe(
          false,
        )
        expect((await push(vault, stream, [new TestChain().next(), new TestChain().next()], { chainsMax: 2 })).ok).toBe(
          true,
        )
        expect(await push(vault, stream, [new TestChain().next()], { chainsMax: 2 })).toEqual({
          ok: false,
          error: { type: 'OverQuota' },
        })
      })

      it('does not let a refused write harm the others of the same turn', async () => {
        const [vault, stream] = [await createVault(), randomStream()]
        const chains = Array.from({ length: 6 }, () => new TestChain())
        const results = await Promise.all(
          chains.map((chain, i) =>
            push(
              vault,
              stream,
              i % 2 === 0 ? chain.take(2) : [chain.next(), { ...chain.next(), prevHash: randomHash() }],
            ),
          ),
        )
        expect(results.map((result) => result.ok)).toEqual([true, false, true, false, true, false])
        expect((await all(vault, [stream])).batches).toHaveLength(6)
        expect((await store.heads(vault, new Set([stream])))?.chains).toHaveLength(3)
      })

      it('keeps vaults apart', async () => {
        const [a, b, stream, chain] = [await createVault(), await createVault(), randomStream(), new TestChain()]
        await push(a, stream, chain.take(2))
        expect(await all(b, [stream])).toEqual({ batches: [], end: 0, hasMore: false })
        expect((await store.heads(b, new Set([stream])))?.chains).toEqual([])
        expect(
          (await store.chain({ vault: b, stream, device: chain.device, fromSeq: 1, bytesMax: PAGE })).batches,
        ).toEqual([])
      })
    })

    describe('page', () => {
      it('fills its bytes to the limit, holds one batch at least and goes on where it ended', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const batches = chain.take(3, 96)
        await push(vault, stream, batches)
        expect(await all(vault, [stream], 0, 200)).toEqual({
          batches: bytesOf(batches.slice(0, 2)),
          end: 2,
          hasMore: true,
        })
        expect(await all(vault, [stream], 0, 199)).toEqual({
          batches: bytesOf(batches.slice(0, 1)),
          end: 1,
          hasMore: true,
        })
        expect(await all(vault, [stream], 0, 1)).toMatchObject({ end: 1, hasMore: true })
        expect(await all(vault, [stream], 2, 1)).toEqual({ batches: bytesOf(batches.slice(2)), end: 3, hasMore: false })
        expect(await all(vault, [stream], 3)).toEqual({ batches: [], end: 3, hasMore: false })
      })

      it('passes over streams that are not asked for, up to the last row', async () => {
        const [vault, labs, journal, chain] = [await createVault(), randomStream(), randomStream(), new TestChain()]
        const held = chain.take(1)
        await push(vault, labs, held)
        await push(vault, journal, new TestChain().take(4))
        expect(await all(vault, [labs])).toEqual({ batches: bytesOf(held), end: 5, hasMore: false })
        expect(await all(vault, [])).toEqual({ batches: [], end: 5, hasMore: false })
      })

      it('looks at a bounded number of rows', async () => {
        const [vault, labs, journal] = [await createVault(), randomStream(), randomStream()]
        await push(vault, journal, new TestChain().take(PAGE_SCAN_ROWS_MAX, 1))
        const held = new TestChain().take(1)
        await push(vault, labs, held)
        expect(await all(vault, [labs])).toEqual({ batches: [], end: PAGE_SCAN_ROWS_MAX, hasMore: true })
        expect(await all(vault, [labs], PAGE_SCAN_ROWS_MAX)).toEqual({
          batches: bytesOf(held),
          end: PAGE_SCAN_ROWS_MAX + 1,
          hasMore: false,
        })
      })

      it('starts over for a number beyond the newest row, as after a restored backup', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const batches = chain.take(2)
        await push(vault, stream, batches)
        expect((await all(vault, [stream], 3)).batches).toEqual(bytesOf(batches))
      })
    })

    describe('chain and heads', () => {
      it('give one chain from a seq on, in pages', async () => {
        const [vault, stream, chain] = [await createVault(), randomStream(), new TestChain()]
        const batches = chain.take(4, 96)
        await push(vault, stream, batches)
        await push(vault, stream, new TestChain().take(2))
        const request = { vault, stream, device: chain.device, fromSeq: 2, bytesMax: 200 }
        expect(await store.chain(request)).toEqual({ batches: bytesOf(batches.slice(1, 3)), end: 3, hasMore: true })
        expect(await store.chain({ ...request, fromSeq: 4 })).toEqual({
          batches: bytesOf(batches.slice(3)),
          end: 4,
          hasMore: false,
        })
        expect((await store.chain({ ...request, fromSeq: 5 })).batches).toEqual([])
        expect((await store.chain({ ...request, device: randomDevice() })).batches).toEqual([])
      })

      it('tell the newest batch of each chain of the streams asked for, in order', async () => {
        const [vault, labs, journal] = [await createVault(), randomStream(), randomStream()]
        const chains = Array.from({ length: 5 }, () => new TestChain())
        const tips = []
        for (const chain of chains) {
          const batches = chain.take(2)
          await push(vault, labs, batches)
          tips.push({ stream: labs, device: chain.device, seq: 2, hash: present(batches[1], '').hash })
        }
        await push(vault, journal, new TestChain().take(1))
        tips.sort((a, b) => (a.device < b.device ? -1 : 1))
        expect(await store.heads(vault, new Set([labs]))).toEqual({
          core: { seq: 0, hash: vault },
          chains: tips,
          newest: 11,
        })
        expect(await store.heads(vaultIdOf(systemRandom.bytes(32)), new Set([labs]))).toBeUndefined()
      })
    })

    it('writes its probe and has an epoch of 8 bytes', async () => {
      await store.probe()
      expect(store.relayEpoch).toMatch(/^[A-Za-z0-9_-]{11}$/)
    })
  })
}
