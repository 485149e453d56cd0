import { systemRandom } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { CoreStates } from './core-states.ts'
import { createRelayCrypto } from './relay-crypto.ts'
import { MemoryStore } from './store/memory-store.ts'
import { TestRelay } from './testing/test-relay.ts'
import { TestSigner, TestVault } from './testing/test-vault.ts'

async function storeWith(vaults: readonly TestVault[]): Promise<{ store: MemoryStore; relay: TestRelay }> {
  const store = new MemoryStore(systemRandom)
  const relay = new TestRelay({ store })
  for (const vault of vaults) await relay.enter(vault)
  return { store, relay }
}

describe('Core states', () => {
  it('follow the head of the store, whoever moved it', async () => {
    const vault = new TestVault()
    const { store, relay } = await storeWith([vault])
    const states = new CoreStates(store, createRelayCrypto(), 100)
    expect((await states.at(vault.id))?.seq).toBe(0)
    const head = vault.core.head
    await (
      await relay.clientOf(vault.id, vault.device)
    ).appendCore(vault.accept(vault.addDevice(new TestSigner())), head)
    expect(await states.at(vault.id)).toEqual(vault.core)
    expect(await states.at(new TestVault().id)).toBeUndefined()
  })

  it('keep so many entries, of the vaults used last, and rebuild the others', async () => {
    const vaults = [new TestVault(), new TestVault(), new TestVault()] as const
    const { store } = await storeWith(vaults)
    const states = new CoreStates(store, createRelayCrypto(), 2)
    const first = await states.at(vaults[0].id)
    await states.at(vaults[1].id)
    expect(await states.at(vaults[0].id)).toBe(first)
    await states.at(vaults[2].id)
    expect(states.entriesCached).toBe(2)
    expect(await states.at(vaults[0].id)).toBe(first)
    expect((await states.at(vaults[1].id))?.vault).toBe(vaults[1].id)
    expect(states.entriesCached).toBe(2)
  })

  it('go on to the head of who asks, not only of who asked first', async () => {
    const vault = new TestVault()
    const { store } = await storeWith([vault])
    const states = new CoreStates(store, createRelayCrypto(), 100)
    const core = store.core.bind(store)
    let proceed = (): void => undefined
    const gate = new Promise<void>((resolve) => (proceed = resolve))
    store.core = async (...request) => {
      const rows = await core(...request)
      await gate
      return rows
    }
    const early = states.at(vault.id)
    await Promise.resolve()
    const prevHash = vault.core.head
    const { entry, wraps } = vault.accept(vault.addDevice(new TestSigner()))
    const row = { seq: 1, prevHash, hash: vault.core.head, entry, wraps, links: undefined }
    expect((await store.appendCore(vault.id, row, 1_000_000)).ok).toBe(true)
    const late = states.at(vault.id)
    proceed()
    expect([(await early)?.seq, (await late)?.seq]).toEqual([0, 1])
  })

  it('are read once when many ask at the same time', async () => {
    const vault = new TestVault()
    const { store } = await storeWith([vault])
    let reads = 0
    const core = store.core.bind(store)
    store.core = (...request) => {
      reads++
      return core(...request)
    }
    const states = new CoreStates(store, createRelayCrypto(), 100)
    await Promise.all(Array.from({ length: 10 }, () => states.at(vault.id)))
    expect(reads).toBe(1)
  })
})
