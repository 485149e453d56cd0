import { bytesToUtf8, epochMs, err, ok, utf8ToBytes } from '@salus/base'
import { type CoreState, type Hash, type Heads, ZERO_HASH, ZERO_VAULT, hashOf } from '@salus/wire'
import { describe, expect, it } from 'vitest'
import { type CoreHooks, pullCore, restoreCore } from './core-sync.ts'
import { A, B, LABS, TestWorld } from './devices-for-tests.ts'
import { plainCore, sha256 } from './plain-vault-for-tests.ts'
import type { CoreTriple, Transport } from './transport.ts'

/** An entry by its name and predecessor; a name that begins with a mark says what is special about it. */
const entry = (name: string, prevHash: Hash): CoreTriple => ({
  entry: utf8ToBytes(`${name} ${prevHash}`),
  wraps: undefined,
  links: undefined,
})
const hashOfTriple = (triple: CoreTriple): Hash => hashOf(sha256(triple.entry))

function branch(...names: string[]): CoreTriple[] {
  const triples: CoreTriple[] = []
  for (const name of names)
    triples.push(
      entry(name, triples.length === 0 ? ZERO_HASH : hashOfTriple(triples[triples.length - 1] ?? entry('', ZERO_HASH))),
    )
  return triples
}

/** Entries chain; `unknown` is of a later version, `forged` breaks a rule, `foreign` founds another vault, `heal:…` names a head. */
function fold(triples: readonly CoreTriple[], from: CoreState | undefined): ReturnType<CoreHooks['check']> {
  let state = from
  for (const triple of triples) {
    const text = bytesToUtf8(triple.entry)
    const [name = '', prevHash] = text.ok ? text.value.split(' ') : []
    if (name === 'unknown') return err({ type: 'UnknownEntry' })
    if (name === 'forged') return err({ type: 'CoreRuleBroken', rule: 'signature' })
    if (prevHash !== (state?.head ?? ZERO_HASH)) return err({ type: 'CoreRuleBroken', rule: 'position' })
    const head = hashOfTriple(triple)
    const before = state ?? { ...plainCore([A, B], [LABS]), seqOfHash: new Map() }
    const seq = state === undefined ? 0 : state.seq + 1
    state = {
      ...before,
      vault: name === 'foreign' ? ZERO_VAULT : before.vault,
      seq,
      head,
      seqOfHash: new Map(before.seqOfHash).set(head, seq),
      healed: name.startsWith('heal:') ? new Set([name.slice(5) as Hash]) : before.healed,
    }
  }
  return state === undefined ? err({ type: 'Malformed' }) : ok(state)
}

function stateOf(triples: readonly CoreTriple[]): CoreState {
  const state = fold(triples, undefined)
  if (!state.ok) throw new Error(state.error.type)
  return state.value
}

function setUp(mine: readonly CoreTriple[], adopting: Awaited<ReturnType<CoreHooks['adopt']>> = ok()) {
  let state = stateOf(mine)
  const adopted: { count: number; isWhole: boolean }[] = []
  const hooks: CoreHooks = {
    state: () => state,
    check: fold,
    adopt: async (triples, next, isWhole) => {
      adopted.push({ count: triples.length, isWhole })
      if (adopting.ok) state = next
      return adopting
    },
  }
  const pull = (theirs: readonly CoreTriple[], heads = headsOf(theirs), shownSeq = stateOf(mine).seq) =>
    pullCore(hooks, serving(theirs), heads, shownSeq, epochMs(1))
  return { pull, adopted, hooks }
}

function headsOf(triples: readonly CoreTriple[]): Heads {
  const last = triples.at(-1)
  return {
    core: { seq: triples.length - 1, hash: last === undefined ? ZERO_HASH : hashOfTriple(last) },
    chains: [],
    cursor: 'AAAAAAAAAAA.0',
  }
}

function serving(triples: readonly CoreTriple[]): Transport {
  return { ...new TestWorld().relay.transport(), core: async (fromSeq) => ok(triples.slice(fromSeq)) }
}

const alarm = (type: string, detail: string) => ({
  type: 'alarm',
  alarm: { type, detail, atMs: 1, stream: null, device: null, seq: null },
})

describe('core before data (S16)', () => {
  it('takes what continues its own log', async () => {
    const { pull, adopted, hooks } = setUp(branch('genesis'))
    const theirs = branch('genesis', 'add', 'add')
    expect(await pull(theirs)).toEqual({ type: 'inStep' })
    expect([adopted, hooks.state()]).toEqual([[{ count: 2, isWhole: false }], stateOf(theirs)])
    expect(await pull(theirs)).toEqual({ type: 'inStep' })
    expect(adopted).toHaveLength(1)
  })

  it('Rollback: a head on my log that is behind what the relay has shown; not one that is behind an entry of my own since', async () => {
    const mine = branch('genesis', 'add', 'own')
    const { type, alarm: rollback } = alarm('Rollback', 'CoreRollback')
    expect(await setUp(mine).pull(branch('genesis', 'add'))).toEqual({ type, alarm: { ...rollback, entries: 1 } })
    expect(await setUp(mine).pull(branch('genesis', 'add'), undefined, 1)).toEqual({ type: 'inStep' })
  })

  it('Fork: another branch, shorter, as long or longer; only a settle that names my head heals it (S20)', async () => {
    const mine = branch('genesis', 'add', 'mine')
    for (const theirs of [
      branch('genesis', 'other'),
      branch('genesis', 'add', 'other'),
      branch('genesis', 'other', 'a', 'b'),
    ]) {
      const { pull, adopted } = setUp(mine)
      expect(await pull(theirs), String(theirs.length)).toEqual(alarm('Fork', 'CoreFork'))
      expect(adopted).toEqual([])
    }
    const { pull, adopted, hooks } = setUp(mine)
    const healed = branch('genesis', 'other', `heal:${stateOf(mine).head}`)
    expect(await pull(healed)).toEqual({ type: 'inStep' })
    expect([adopted, hooks.state().head]).toEqual([[{ count: 3, isWhole: true }], stateOf(healed).head])
    expect(await setUp(mine).pull(branch('genesis', 'other', `heal:${stateOf(branch('genesis', 'x')).head}`))).toEqual(
      alarm('Fork', 'CoreFork'),
    )
  })

  it('Forged: an entry that breaks a rule, another vault, nothing at all', async () => {
    const mine = branch('genesis')
    expect(await setUp(mine).pull(branch('genesis', 'forged'))).toEqual(alarm('Forged', 'signature'))
    expect(await setUp(mine).pull(branch('foreign', 'add'))).toEqual(alarm('Forged', 'ForeignVault'))
    expect(await setUp(mine).pull([], headsOf(branch('elsewhere')))).toEqual(alarm('Forged', 'Malformed'))
    expect(await setUp(mine, err({ type: 'ForgedWrap' })).pull(branch('genesis', 'add'))).toEqual(
      alarm('Forged', 'ForgedWrap'),
    )
  })

  it('Omission: heads that name an entry which is not given', async () => {
    expect(await setUp(branch('genesis')).pull(branch('genesis'), headsOf(branch('genesis', 'add')))).toEqual(
      alarm('Omission', 'CoreWithheld'),
    )
  })

  it('asks for an update at an entry of a later version, also beyond ones that it knows (V7)', async () => {
    const { pull, adopted } = setUp(branch('genesis'))
    expect(await pull(branch('genesis', 'add', 'unknown'))).toEqual({ type: 'update' })
    expect(adopted).toEqual([])
  })

  it('says when another tab was first, and when the disk fails', async () => {
    expect(await setUp(branch('genesis'), err({ type: 'HeadMoved' })).pull(branch('genesis', 'add'))).toEqual({
      type: 'moved',
    })
    const full = { type: 'StoreFailed', reason: 'Full' } as const
    expect(await setUp(branch('genesis'), err(full)).pull(branch('genesis', 'add'))).toEqual({
      type: 'failed',
      error: full,
    })
  })

  it('gives back what the relay lost, entry by entry, and is not put off by one that stands already (S19)', async () => {
    const mine = branch('genesis', 'add', 'own')
    const given: string[] = []
    const transport: Transport = {
      ...serving([]),
      appendCore: async (prevHash) => {
        given.push(prevHash)
        return given.length === 1 ? err({ type: 'HeadMoved' }) : ok()
      },
    }
    const triples = mine.slice(1).map((triple, i) => ({ ...triple, prevHash: hashOfTriple(mine[i] ?? triple) }))
    expect(await restoreCore(triples, transport)).toEqual(ok())
    expect(given).toEqual(mine.slice(0, 2).map(hashOfTriple))
    const gone: Transport = { ...transport, appendCore: async () => err({ type: 'Unreachable' }) }
    expect(await restoreCore(triples, gone)).toEqual(err({ type: 'Unreachable' }))
  })
})

describe('a session whose core is in dispute', () => {
  const disputed = async (theirs: readonly CoreTriple[], heads: Heads) => {
    const world = new TestWorld()
    const mine = branch('genesis', 'mine')
    world.core = { ...world.core, ...stateOf(mine), devices: world.core.devices, streams: world.core.streams }
    world.relayCore = world.core
    const device = world.device(A, undefined, {
      transport: {
        ...world.relay.transport(),
        heads: async () => ok(heads),
        core: async (from) => ok(theirs.slice(from)),
      },
      hooks: { check: fold },
    })
    await device.put('r1', { a: 1 })
    return { device, world }
  }

  it('pushes nothing on a fork, whoever asks, and writes go on (S20)', async () => {
    const theirs = branch('genesis', 'other')
    const { device, world } = await disputed(theirs, headsOf(theirs))
    // Even the first push of a session looks at the core before.
    expect(await device.session.push()).toEqual({ type: 'halted' })
    expect(await device.session.full()).toEqual({ type: 'halted' })
    await device.put('r1', { a: 2 })
    expect(await device.session.push()).toEqual({ type: 'halted' })
    expect([world.relay.batches, await device.alarms(), (await device.store.outbox()).length]).toEqual([
      [],
      ['Fork CoreFork relay '],
      2,
    ])
  })

  it('pushes nothing past an entry of a later version (V7)', async () => {
    const theirs = branch('genesis', 'mine', 'unknown')
    const { device, world } = await disputed(theirs, { ...headsOf(theirs), core: { seq: 2, hash: ZERO_HASH } })
    expect(await device.session.full()).toEqual({ type: 'update' })
    expect(await device.session.push()).toEqual({ type: 'update' })
    expect([world.relay.batches, await device.alarms()]).toEqual([[], []])
  })
})
