import { type Json, canonicalJson } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Hlc, type Stamp, compareStamps, stampText } from './hlc.ts'
import type { Op, Replaces } from './ops.ts'
import { deviceNamed, sha256 } from './plain-vault-for-tests.ts'
import { type OpOrigin, RecordState } from './record-state.ts'
import { logHash, stateHash } from './state-hash.ts'

type Stamped = readonly [Op, Stamp]

const stamp = (hlc: number, device = 'a'): Stamp => ({ hlc: hlc as Hlc, device: deviceNamed(device) })
const patch = (fields: Record<string, Json>, replaces: Replaces = {}): Op => ({
  type: 'patch',
  id: 'r',
  kind: 'k',
  version: 1,
  fields,
  replaces,
})
const tombstone = (replaces: Replaces): Op => ({ type: 'tombstone', id: 'r', kind: 'k', version: 1, replaces })

/** One op a batch, by an author that had seen all of an earlier time, or nothing of others. */
const at = (stamp: Stamp, sees: 'earlier' | 'nothing' = 'earlier'): OpOrigin => ({
  stamp,
  seq: stamp.hlc,
  hasSeen: (_device, seq) => sees === 'earlier' && seq < stamp.hlc,
})

function merge(ops: readonly Stamped[], sees: 'earlier' | 'nothing' = 'earlier'): RecordState {
  const [[op, first], ...rest] = ops as readonly [Stamped, ...Stamped[]]
  const record = new RecordState(op, at(first, sees))
  for (const [next, stamped] of rest) record.apply(next, at(stamped, sees))
  return record
}

const hasher = () => {
  const parts: Uint8Array[] = []
  return { update: (bytes: Uint8Array) => parts.push(bytes.slice()), digest: () => sha256(Buffer.concat(parts)) }
}

/** All that anybody can see of a record, in one order. */
function seen(record: RecordState): unknown {
  const fields = record.fieldNames.sort()
  return {
    kind: record.kind,
    version: record.version,
    isDeleted: record.isDeleted,
    isRevived: record.isRevived,
    shown: canonicalJson(record.shown),
    heads: fields.map((field) => [field, record.heads(field)]),
    conflicts: record.conflicts.sort(),
    revisions: record
      .revisions()
      .sort((a, b) =>
        a.field === b.field ? compareStamps(a.revision.stamp, b.revision.stamp) : a.field < b.field ? -1 : 1,
      ),
    tombstones: record.tombstones,
    newest: record.newestStamp,
    stateHash: stateHash([record], hasher()),
    logHash: logHash([record], hasher()),
  }
}

/** V27 and V28 word by word over the whole set of ops, none of which had seen another: slow, and without an order. */
function seenByRules(ops: readonly Stamped[]): unknown {
  const newest = ops
    .map(([, at]) => at)
    .sort(compareStamps)
    .at(-1)
  const names = (kind: Op['type'], field: string, at: Stamp): boolean =>
    ops.some(
      ([op, by]) =>
        op.type === kind &&
        compareStamps(at, by) < 0 &&
        (Object.hasOwn(op.replaces, field) ? (op.replaces[field] ?? []) : []).some(
          (named) => compareStamps(named, at) === 0,
        ),
    )
  const fields = [
    ...new Set(
      ops.flatMap(([op]) => [...Object.keys(op.type === 'patch' ? op.fields : {}), ...Object.keys(op.replaces)]),
    ),
  ].sort()
  const tombstones = ops
    .filter(([op]) => op.type === 'tombstone')
    .map(([, at]) => at)
    .sort(compareStamps)
  const values = fields.flatMap((field) => {
    const byStamp = new Map<string, { stamp: Stamp; value: Json }>()
    for (const [op, at] of ops) {
      const value = op.type === 'patch' && Object.hasOwn(op.fields, field) ? op.fields[field] : undefined
      const twin = byStamp.get(stampText(at))
      if (value !== undefined && (twin === undefined || canonicalJson(twin.value) < canonicalJson(value)))
        byStamp.set(stampText(at), { stamp: at, value })
    }
    return [...byStamp.values()].map(({ stamp: at, value }) => ({
      field,
      revision: { stamp: at, value, isDead: names('tombstone', field, at), isUnaware: tombstones.length > 0 },
      isReplaced: names('patch', field, at),
    }))
  })
  const headsOf = (field: string) =>
    values
      .filter((value) => value.field === field && !value.isReplaced)
      .map(({ revision }) => revision)
      .sort((a, b) => compareStamps(a.stamp, b.stamp))
  const heads = fields.map((field) => [field, headsOf(field)] as const)
  const all = heads.flatMap(([, list]) => list)
  const isDeleted = tombstones.length > 0 && all.every((head) => head.isDead)
  const kindOf = ops.filter(([, at]) => newest !== undefined && compareStamps(at, newest) === 0).map(([op]) => op)
  const shown = heads.flatMap(([field, list]) => {
    const head = list.findLast((one) => !one.isDead) ?? list.at(-1)
    return head === undefined ? [] : [[field, head.value]]
  })
  return {
    kind: kindOf[0]?.kind,
    version: kindOf[0]?.version,
    isDeleted,
    isRevived: tombstones.length > 0 && !isDeleted,
    shown: canonicalJson(Object.fromEntries(shown)),
    heads,
    conflicts: heads.filter(([, list]) => list.filter((head) => !head.isDead).length > 1).map(([field]) => field),
    revisions: values.sort((a, b) =>
      a.field === b.field ? compareStamps(a.revision.stamp, b.revision.stamp) : a.field < b.field ? -1 : 1,
    ),
    tombstones,
    newest,
  }
}

const anyField = fc.constantFrom('a', 'b', '__proto__', 'constructor')
const anyValue = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', null, true), fc.constant([1]))
const anyStamp = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom('a', 'b', 'c'))
  .map(([hlc, device]) => stamp(hlc, device))
const entries = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(anyField, value), { maxLength: 3 }).map((all) => Object.fromEntries(all))
const anyReplaces = entries(fc.array(anyStamp, { minLength: 1, maxLength: 3 }))
/** Any ops at all: names of values that never were or come later, stamps used twice. Kinds follow the stamp, as no honest author breaks. */
const anyOps = fc.array(
  fc
    .tuple(fc.option(entries(anyValue), { nil: undefined }), anyReplaces, anyStamp)
    .map(([fields, replaces, at]): Stamped => {
      const base = { id: 'r', kind: `k${String(at.hlc)}`, version: at.hlc + 1, replaces }
      return [fields === undefined ? { type: 'tombstone', ...base } : { type: 'patch', ...base, fields }, at]
    }),
  { minLength: 1, maxLength: 9 },
)

/** What one of three devices does with its replica of a record; `learn` brings it what another one knows. */
const anyAct = fc.record({
  who: fc.nat(2),
  act: fc.oneof(
    fc.constantFrom('delete' as const, 'restore' as const),
    fc.record({ fields: entries(anyValue) }),
    fc.record({ learn: fc.nat(2) }),
  ),
})
type Act = typeof anyAct extends fc.Arbitrary<infer T> ? T : never

interface Played {
  readonly op: Op
  readonly origin: OpOrigin
  /** Ops by device that its author had seen, its own among them. */
  readonly known: readonly number[]
}

/** Plays acts on three replicas that take in ops as V25 has it, and in the end tells all of them everything. */
function playActs(acts: readonly Act[]): {
  readonly replicas: readonly RecordState[]
  readonly ops: readonly Played[]
} {
  const devices = ['a', 'b', 'c'].map(deviceNamed)
  const ops: Played[] = []
  const chains: Played[][] = devices.map(() => [])
  const known = devices.map(() => [0, 0, 0])
  const replicas: (RecordState | undefined)[] = [undefined, undefined, undefined]
  const take = (who: number, { op, origin }: Played): void => {
    const replica = replicas[who]
    if (replica === undefined) replicas[who] = new RecordState(op, origin)
    else replica.apply(op, origin)
  }
  const learn = (who: number, counts: readonly number[]): void => {
    const mine = known[who] ?? []
    for (let hasMore = true; hasMore;) {
      hasMore = false
      for (const [of, chain] of chains.entries()) {
        const next = chain[mine[of] ?? 0]
        const isReady = next?.known.every((count, i) => (i === of ? count - 1 : count) <= (mine[i] ?? 0)) === true
        if (next === undefined || !isReady || (mine[of] ?? 0) >= (counts[of] ?? 0)) continue
        take(who, next)
        mine[of] = (mine[of] ?? 0) + 1
        hasMore = true
      }
    }
  }
  const opOf = (record: RecordState | undefined, act: Exclude<Act['act'], { learn: number }>): Op | undefined => {
    if (act === 'delete') return record && tombstone(record.replacesOf(record.fieldNames))
    if (act === 'restore') return record && patch(record.shown, record.replacesOf(record.fieldNames))
    return patch(act.fields, record?.replacesOf(Object.keys(act.fields)) ?? {})
  }
  for (const [time, { who, act }] of acts.entries()) {
    const mine = known[who] ?? []
    if (typeof act === 'object' && 'learn' in act) {
      learn(who, [...(known[act.learn] ?? [])])
      continue
    }
    const op = opOf(replicas[who], act)
    if (op === undefined) continue
    const seq = (mine[who] ?? 0) + 1
    mine[who] = seq
    const knew = [...mine]
    const hasSeen: OpOrigin['hasSeen'] = (device, at) => (knew[devices.indexOf(device)] ?? 0) >= at
    const played = {
      op,
      origin: { stamp: { hlc: (time + 1) as Hlc, device: devices[who] ?? deviceNamed('a') }, seq, hasSeen },
      known: knew,
    }
    ops.push(played)
    chains[who]?.push(played)
    take(who, played)
  }
  for (const who of devices.keys()) learn(who, [99, 99, 99])
  return { replicas: replicas.filter((replica) => replica !== undefined), ops }
}

describe('merging a record (V27, V28)', () => {
  it('the same ops in any order are the same record, to the last revision and hash', () => {
    fc.assert(
      fc.property(
        anyOps.chain((ops) => fc.tuple(fc.constant(ops), fc.shuffledSubarray(ops, { minLength: ops.length }))),
        ([ops, shuffled]) => {
          expect(seen(merge(shuffled, 'nothing'))).toEqual(seen(merge(ops, 'nothing')))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('agrees with the rules read slowly over the whole set', () => {
    fc.assert(
      fc.property(anyOps, (ops) => {
        const { stateHash: _state, logHash: _log, ...fast } = seen(merge(ops, 'nothing')) as Record<string, unknown>
        expect(fast).toEqual(seenByRules(ops))
      }),
      { numRuns: 2_000 },
    )
  })

  it('shows the greatest stamp; the others are the conflict until a patch replaces them, and stay as history', () => {
    const record = merge([
      [patch({ a: 'first' }), stamp(1)],
      [patch({ a: 'mine' }, { a: [stamp(1)] }), stamp(5, 'a')],
      [patch({ a: 'theirs' }, { a: [stamp(1)] }), stamp(6, 'b')],
    ])
    expect(record.shown).toEqual({ a: 'theirs' })
    expect(record.conflicts).toEqual(['a'])
    record.apply(patch({ a: 'settled' }, record.replacesOf(['a'])), at(stamp(7, 'a')))
    expect([record.shown, record.conflicts]).toEqual([{ a: 'settled' }, []])
    expect(
      record
        .revisions()
        .filter(({ isReplaced }) => isReplaced)
        .map(({ revision }) => revision.value),
    ).toEqual(['first', 'mine', 'theirs'])
  })

  it('a name that its own stamp does not exceed counts for nothing (V26)', () => {
    const record = merge([
      [patch({ a: 'late' }), stamp(9, 'b')],
      [patch({ a: 'early' }, { a: [stamp(9, 'b')] }), stamp(3)],
    ])
    expect(record.heads('a').map((head) => head.value)).toEqual(['early', 'late'])
    record.apply(tombstone({ a: [stamp(9, 'b')] }), at(stamp(9, 'b')))
    expect(record.isDeleted).toBe(false)
  })

  it('an edit that did not see the tombstone brings the record back whole, flagged; one that did see it unflagged', () => {
    const created: Stamped = [patch({ a: 1, b: 2 }), stamp(1)]
    const deleted: Stamped = [tombstone({ a: [stamp(1)], b: [stamp(1)] }), stamp(4, 'b')]
    const record = merge([created, deleted])
    expect([record.isDeleted, record.isRevived]).toEqual([true, false])
    record.apply(patch({ a: 7 }, { a: [stamp(1)] }), at(stamp(3, 'c')))
    expect([record.isDeleted, record.isRevived, record.shown]).toEqual([false, true, { a: 7, b: 2 }])
    const restored = merge([created, deleted])
    restored.apply(patch({ a: 1, b: 2 }, restored.replacesOf(['a', 'b'])), at(stamp(5, 'b')))
    expect([restored.isDeleted, restored.isRevived, restored.shown]).toEqual([false, false, { a: 1, b: 2 }])
  })

  it('an edit of every field that did not see the tombstone brings it back flagged too, whichever comes first', () => {
    const created: Stamped = [patch({ a: 1 }), stamp(1)]
    const deleted: Stamped = [tombstone({ a: [stamp(1)] }), stamp(4, 'b')]
    const edit = patch({ a: 7 }, { a: [stamp(1)] })
    const late = merge([created, deleted])
    late.apply(edit, at(stamp(9, 'c'), 'nothing'))
    const early = merge([created])
    early.apply(edit, at(stamp(9, 'c'), 'nothing'))
    early.apply(...[deleted[0], at(deleted[1])])
    expect(seen(early)).toEqual(seen(late))
    expect([late.isDeleted, late.isRevived, late.shown]).toEqual([false, true, { a: 7 }])
    late.apply(patch({ a: 8 }, late.replacesOf(['a'])), at(stamp(10)))
    expect(late.isRevived).toBe(false)
  })

  it('devices that write, delete, restore and learn of each other agree, and flag what came back unseen', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { minLength: 4, maxLength: 24 }), (acts) => {
        const { replicas, ops } = playActs(acts)
        if (ops.length === 0) return
        const [first, ...others] = replicas.map((replica) => seen(replica))
        for (const other of others) expect(other).toEqual(first)
        const [record] = replicas
        const dead = ops.filter(({ op }) => op.type === 'tombstone')
        const live = record === undefined ? [] : record.fieldNames.flatMap((field) => record.heads(field))
        const isUnaware = (head: { readonly stamp: Stamp }): boolean => {
          const author = ops.find(({ origin }) => compareStamps(origin.stamp, head.stamp) === 0)
          return dead.some(({ origin: { stamp: by, seq } }) => author?.origin.hasSeen(by.device, seq) === false)
        }
        const isBack = dead.length > 0 && live.some((head) => !head.isDead)
        expect(record?.isRevived).toBe(isBack && live.some((head) => head.isDead || isUnaware(head)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('deleting twice and undoing once leaves it; a tombstone that names nothing deletes only what has no field', () => {
    const record = merge([
      [patch({ a: 1 }), stamp(1)],
      [tombstone({}), stamp(2)],
    ])
    expect(record.isDeleted).toBe(false)
    expect(merge([[tombstone({}), stamp(2)]]).isDeleted).toBe(true)
    record.apply(tombstone(record.replacesOf(['a'])), at(stamp(3)))
    record.apply(tombstone({ a: [stamp(1)] }), at(stamp(3, 'b')))
    expect(record.isDeleted).toBe(true)
  })

  it('a field may bear any name, also one that every object inherits', () => {
    const record = merge([[patch(Object.fromEntries([['__proto__', 1]])), stamp(1)]])
    expect(record.heads('constructor')).toEqual([])
    expect(record.replacesOf(['toString', '__proto__'])).toEqual(Object.fromEntries([['__proto__', [stamp(1)]]]))
    record.apply(patch(Object.fromEntries([['__proto__', 2]]), record.replacesOf(['__proto__'])), at(stamp(2)))
    expect(Object.entries(record.shown)).toEqual([['__proto__', 2]])
  })
})

describe('the hashes of V29', () => {
  const base: readonly Stamped[] = [[patch({ a: 1, b: 'x' }), stamp(1)]]

  it('the state’s is as before after an undo, the log’s is not', () => {
    const before = merge(base)
    const edited = merge(base)
    edited.apply(patch({ a: 5 }, edited.replacesOf(['a'])), at(stamp(2)))
    expect(stateHash([edited], hasher())).not.toBe(stateHash([before], hasher()))
    edited.apply(patch({ a: 1 }, edited.replacesOf(['a'])), at(stamp(3)))
    expect(stateHash([edited], hasher())).toBe(stateHash([before], hasher()))
    expect(logHash([edited], hasher())).not.toBe(logHash([before], hasher()))
    const empty = stateHash([], hasher())
    edited.apply(tombstone(edited.replacesOf(['a', 'b'])), at(stamp(4)))
    expect(stateHash([edited], hasher())).toBe(empty)
    expect(logHash([edited], hasher())).not.toBe(logHash([], hasher()))
  })

  it('depend on every id, kind, field and value, on their borders, and on no order of records', () => {
    const record = (id: string, kind: string, fields: Record<string, Json>): RecordState =>
      new RecordState({ ...patch(fields), id, kind }, at(stamp(1)))
    const different = [
      [record('r', 'k', { a: 1 })],
      [record('s', 'k', { a: 1 })],
      [record('r', 'l', { a: 1 })],
      [record('r', 'k', { b: 1 })],
      [record('r', 'k', { a: 2 })],
      [record('r', 'k', { a: '1' })],
      [record('rk', '', { a: 1 })],
      [record('r', 'k', { a: 1 }), record('s', 'k', { a: 1 })],
    ]
    expect(new Set(different.map((records) => stateHash(records, hasher()))).size).toBe(different.length)
    const [one, two] = [record('r', 'k', { a: 1 }), record('s', 'k', { a: 1 })]
    expect(stateHash([one, two], hasher())).toBe(stateHash([two, one], hasher()))
    expect(logHash([one, two], hasher())).toBe(logHash([two, one], hasher()))
  })

  it('the state’s is that of V29 written out by hand', () => {
    const lp = (text: string): Buffer => {
      const bytes = Buffer.from(text)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return Buffer.concat([length, bytes])
    }
    const rows = [
      ['q', 'k', 'a', '{"x":[1]}'],
      ['r', 'k', 'a', '1'],
      ['r', 'k', 'b', '"x"'],
    ]
    const expected = Buffer.from(sha256(Buffer.concat(rows.flat().map(lp)))).toString('base64url')
    const records = [
      ...base.map(([op, stamped]) => new RecordState(op, at(stamped))),
      new RecordState({ ...patch({ a: { x: [1] } }), id: 'q' }, at(stamp(2))),
    ]
    expect(stateHash(records, hasher())).toBe(expected)
  })
})
