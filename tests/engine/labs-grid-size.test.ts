import type { LabsGridView } from '@salus/engine/view-types'
import { expect, test } from 'vitest'
import { gridNdjson } from '../bench/grid-workload.ts'
import { PASSPHRASE, labResult, value, withDevices } from './test-devices.ts'

const [MARKERS, DAYS] = [300, 60]
/** What a screen asks for: the days in sight and a step to either side. */
const SEEN = { from: 0, to: 24 }

test('of 300 markers on 60 days a screen gets the cells that it asked for, and after an edit the same again', async () => {
  await withDevices(async (world) => {
    const engine = world.engine('alone')
    await engine.drawKit()
    value(await engine.createVault({ passphrase: PASSPHRASE, deviceName: 'alone' }))
    const bytes = gridNdjson({ label: '', markers: MARKERS, days: DAYS })
    const { previewId } = value(await engine.previewImport({ name: 'grid.ndjson', bytes }))
    value(await engine.commitImport(previewId))
    const read = async (cells = SEEN): Promise<LabsGridView> =>
      value(await engine.read({ name: 'labsGrid', columns: DAYS, cells }))
    const seen = await read()
    expect([seen.rows.length, seen.days.length, seen.dayCount]).toEqual([MARKERS, DAYS, DAYS])
    expect(seen.rows.every((row) => row.cells.length === SEEN.to && row.cells.every((cell) => cell !== null))).toBe(
      true,
    )
    const all = await read({ from: 0, to: DAYS })
    expect(all.rows.map((row) => row.cells.slice(SEEN.from, SEEN.to))).toEqual(seen.rows.map((row) => row.cells))
    expect(JSON.stringify(seen).length).toBeLessThan(JSON.stringify(all).length / 2)

    const day = seen.days[0] ?? ''
    value(await engine.addLabResult(labResult({ markerId: 'ldl-c', valueText: '3.3', unit: 'mmol/L', takenAt: day })))
    const edited = await read()
    const changed = edited.rows.filter((row, index) => row.cells[0]?.id !== seen.rows[index]?.cells[0]?.id)
    expect(changed.map((row) => [row.markerId, row.cells[0]?.valueText, row.cells[0]?.more])).toEqual([
      ['ldl-c', '3.3', 1],
    ])
  })
}, 120_000)
