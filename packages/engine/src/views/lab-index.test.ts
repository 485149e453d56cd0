import fc from 'fast-check'
import { epochMs } from '@salus/base'
import { LAB_RESULT_KIND, loadCatalogue } from '@salus/domain'
import { type Op, StreamState, RecordState, hlcOfMs } from '@salus/sync'
import type { DeviceId, StreamId } from '@salus/wire'
import { expect, test } from 'vitest'
import { LabIndex } from './lab-index.ts'

// Names of nobody: the index only looks records up by them.
const STREAM = 'stream' as StreamId
const DEVICE = 'device' as DeviceId

const change = fc.record({ id: fc.integer({ min: 0, max: 30 }), day: fc.integer({ min: 10, max: 28 }) })

test('results placed one by one stand as if all had been sorted', async () => {
  const catalogue = await loadCatalogue()
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 40 }), { maxLength: 8 }), (rounds) => {
      const stream = new StreamState(STREAM)
      const live = new LabIndex(catalogue)
      let written = 0
      for (const round of rounds) {
        for (const { id, day } of round) {
          const op: Op = {
            type: 'patch',
            id: `r${String(id)}`,
            kind: LAB_RESULT_KIND,
            version: 1,
            fields: { label: 'Ferritin', takenAt: { text: `2026-11-${String(day)}`, precision: 'day' } },
            replaces: {},
          }
          stream.records.set(
            op.id,
            new RecordState(op, {
              stamp: { hlc: hlcOfMs(epochMs(1_700_000_000_000 + written)), device: DEVICE },
              seq: ++written,
              hasSeen: () => true,
            }),
          )
        }
        live.update(stream, new Set(round.map(({ id }) => `r${String(id)}`)))
        const anew = new LabIndex(catalogue)
        anew.update(stream, stream.records.keys())
        expect(anew.count).toBe(stream.records.size)
        expect(live.seriesNames).toEqual(anew.seriesNames)
        for (const series of anew.seriesNames) {
          expect(live.idsOf(series)).toEqual(anew.idsOf(series))
        }
      }
    }),
  )
})
