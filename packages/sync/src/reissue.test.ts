import { canonicalJson } from '@salus/base'
import { expect, test } from 'vitest'
import { COMMIT_OPS_BYTES_MAX, splitOps } from './commit.ts'
import type { Hlc } from './hlc.ts'
import { type Op, opJson } from './ops.ts'
import { deviceNamed, streamNamed } from './plain-vault-for-tests.ts'
import { REISSUED_OPS_BYTES_MAX, reissueOps } from './reissue.ts'

const [OLD, NEW, OTHER] = [deviceNamed('old'), deviceNamed('new'), deviceNamed('other')]
const LABS = streamNamed('labs')
const hlc = (value: number): Hlc => value as Hlc

function edit(replaces: Op['replaces'], note = ''): Op {
  return { type: 'patch', id: 'r', kind: 'dose', version: 1, fields: { note }, replaces }
}

test('ops keep their clocks; of what they replaced only the unsynced bears the new id', () => {
  const stamps = [
    { hlc: hlc(5), device: OLD },
    { hlc: hlc(6), device: OTHER },
    { hlc: hlc(11), device: OLD },
  ]
  const unsynced = [
    { stream: LABS, batch: { base: hlc(10), ops: [edit({}), edit({})] } },
    { stream: LABS, batch: { base: hlc(20), ops: [edit({ note: stamps })] } },
    { stream: streamNamed('journal'), batch: { base: hlc(30), ops: [edit({ note: stamps })] } },
  ]
  const [first, second, third] = reissueOps(unsynced, OLD, NEW)
  expect(first?.[1].map((op) => op.hlc)).toEqual([10, 11])
  expect(second?.[1].map((op) => op.hlc)).toEqual([20])
  expect(second?.[1][0]?.replaces['note']?.map(({ device }) => device)).toEqual([OLD, OTHER, NEW])
  // Stamps are unique in a stream, not across.
  expect(third?.[1][0]?.replaces['note']).toEqual(stamps)
})

test('the largest op that a command may write can be issued anew', () => {
  const bare = canonicalJson(opJson(edit({}))).length + 1
  const largest = edit({}, 'x'.repeat(COMMIT_OPS_BYTES_MAX - bare))
  expect(splitOps([largest])).toHaveLength(1)
  const base = hlc(Number.MAX_SAFE_INTEGER - 500)
  const [again] = reissueOps([{ stream: LABS, batch: { base, ops: [largest] } }], OLD, NEW)
  expect(splitOps(again?.[1] ?? [])).toBeUndefined()
  expect(splitOps(again?.[1] ?? [], REISSUED_OPS_BYTES_MAX)).toHaveLength(1)
})
