import type { LabsGridView } from '@salus/engine/view-types'
import { expect, test } from 'vitest'
import { labResult, value, withDevices } from './test-devices.ts'

test('the grid has the days across, each result in its report’s own range and unit, and converts only to show', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    const add = async (valueText: string, takenAt: string, more = {}): Promise<string> =>
      value(await engine.addLabResult(labResult({ valueText, takenAt, ...more }))).id
    const grid = async (columns: number, units = {}): Promise<LabsGridView> =>
      value(await engine.read({ name: 'labsGrid', columns, units }))
    await add('577', '2026-11-18', { rangeLow: '300', rangeHigh: '1000' })
    await add('300', '2026-11-18T09:00', { rangeLow: '300', rangeHigh: '1000' })
    const id = await add('<0,1', '2026-10-28', { unit: 'nmol/L', rangeLow: '8', rangeHigh: '30' })
    await add('31', '2026-09-01', { markerId: 'shbg', label: '', unit: 'nmol/L', rangeLow: '', rangeHigh: '' })

    const all = await grid(60)
    expect(all.days).toEqual(['2026-11-18', '2026-10-28', '2026-09-01'])
    const [testosterone] = all.rows.filter((row) => row.markerId === 'testosterone-total')
    expect(testosterone?.cells.map((cell) => cell && [cell.valueText, cell.unit, cell.rangeState, cell.more])).toEqual([
      ['300', 'ng/dL', 'inside', 1],
      ['<0,1', 'nmol/L', 'below', 0],
      null,
    ])

    const part = value(await engine.read({ name: 'labsGrid', columns: 60, cells: { from: 1, to: 2 } }))
    expect([part.days.length, part.cellsFrom]).toEqual([3, 1])
    expect(part.rows.map(({ cells }) => cells.map((cell) => cell?.valueText))).toEqual([[undefined], ['<0,1']])

    const inMoles = await grid(2, { 'testosterone-total': 'nmol/L' })
    expect(inMoles.dayCount).toBe(3)
    const [row] = inMoles.rows.filter(({ markerId }) => markerId === 'testosterone-total')
    // 300 ng/dL at the catalogue's 0.03467166 is 10.4015 nmol/L.
    expect(row?.cells.map((cell) => cell?.convertedText)).toEqual(['10.4', null])
    // Particles of Lp(a) differ in size: a mass is never shown in moles.
    await add('50', '2026-11-01', { markerId: 'lpa-molar', label: '', unit: 'nmol/L', rangeLow: '', rangeHigh: '' })
    const refused = await grid(60, { 'lpa-molar': 'mg/dL' })
    expect(refused.rows.find(({ markerId }) => markerId === 'lpa-molar')?.cells[1]?.convertedText).toBeNull()

    value(await engine.deleteRecord(id))
    expect((await grid(60)).days).toEqual(['2026-11-18', '2026-11-01', '2026-09-01'])
    expect((await grid(1_000_000)).days).toHaveLength(3)
    expect((await grid(1)).rows.every(({ cells }) => cells.length === 1)).toBe(true)
  })
})

test('a cell says whether it is on the relay yet, and each row how far its numbers have gone', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    const cells = async (): Promise<unknown> => {
      const [row] = value(await engine.read({ name: 'labsGrid', columns: 3 })).rows
      return { isOnRelay: row?.cells.map((cell) => cell?.isOnRelay), yours: row?.yours }
    }
    value(await engine.addLabResult(labResult({ valueText: '577', takenAt: '2026-10-18' })))
    value(await engine.syncNow())
    expect(await cells()).toEqual({ isOnRelay: [true], yours: null })
    await world.stopRelay()
    value(await engine.addLabResult(labResult({ valueText: '1234.5', takenAt: '2026-11-18' })))
    expect(await cells()).toEqual({ isOnRelay: [false, true], yours: { low: '577', high: '1230' } })
    await world.restartRelay()
    value(await engine.syncNow())
    expect(await cells()).toEqual({ isOnRelay: [true, true], yours: { low: '577', high: '1230' } })
  })
})
