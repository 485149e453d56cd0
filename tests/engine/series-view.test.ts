import { expect, test } from 'vitest'
import type { SalusApi } from '@salus/engine/api'
import type { UnitChoice } from '@salus/engine/view-types'
import { dose, labResult, value, withDevices } from './test-devices.ts'

async function inSeries(act: (engine: SalusApi, series: () => Promise<string>) => Promise<void>): Promise<void> {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    await act(engine, async () => {
      const [row] = value(await engine.read({ name: 'labs' })).rows
      if (row === undefined) throw new Error('there is no series')
      return row.series
    })
  })
}

test('a marker is shown in the unit that was asked for, each value converted and its range with it', async () => {
  await inSeries(async (engine, series) => {
    value(await engine.addLabResult(labResult({ takenAt: '2026-10-01', valueText: '<577' })))
    value(
      await engine.addLabResult(labResult({ valueText: '16.0', unit: 'nmol/L', rangeLow: '9.2', rangeHigh: '31.8' })),
    )
    const asReported = value(await engine.read({ name: 'series', series: await series() }))
    expect([asReported?.unit, asReported?.results[0]?.converted]).toEqual(['nmol/L', null])
    expect(asReported?.latestElsewhere).toEqual({ valueText: '461', unit: 'ng/dL', rangeText: '265–917' })
    expect(asReported?.results[1]?.converted?.valueText).toBe('<20.0')

    const inMass = value(
      await engine.read({ name: 'series', series: await series(), units: { 'testosterone-total': 'ng/dL' } }),
    )
    expect(inMass?.unit).toBe('ng/dL')
    expect(inMass?.results.map((result) => result.converted?.valueText)).toEqual(['461', undefined])
    expect(inMass?.points.map((point) => [Math.round(point.value), Math.round(point.low ?? 0)])).toEqual([
      [577, 264],
      [461, 265],
    ])
    const unfit = value(
      await engine.read({ name: 'series', series: await series(), units: { 'testosterone-total': 'kg' } }),
    )
    expect(unfit?.unit).toBe('nmol/L')
  })
})

test('a marker shows the doses of what it watches, how long after one a draw was, and a change that was kept', async () => {
  await inSeries(async (engine, series) => {
    for (const [day, amountText] of [
      ['06', '80'],
      ['13', '80'],
      ['20', '80'],
      ['27', '100'],
      ['28', '100'],
      ['29', '100'],
    ] as const)
      value(await engine.logDose(dose({ takenAt: `2026-10-${day}T08:00`, amountText })))
    value(await engine.logDose(dose({ compoundId: null, label: 'Tea', takenAt: '2026-10-30T08:00' })))
    value(await engine.addLabResult(labResult({ takenAt: '2026-11-05T06:30' })))
    value(await engine.addLabResult(labResult({ takenAt: '2026-10-20' })))
    const view = value(await engine.read({ name: 'series', series: await series() }))
    expect(view?.doses).toHaveLength(6)
    expect(view?.doseChanges.map(({ fromText, toText, unit }) => `${fromText} → ${toText} ${unit}`)).toEqual([
      '80 → 100 mg',
    ])
    expect(view?.results.map(({ sinceDose }) => [sinceDose?.hours, sinceDose?.days])).toEqual([
      [166, 7],
      [null, 0],
    ])
  })
})

test('the time since a dose is that of what the marker measures, and only without one of what it watches', async () => {
  await inSeries(async (engine, series) => {
    value(await engine.logDose(dose({ takenAt: '2026-11-12T07:00' })))
    value(await engine.logDose(dose({ compoundId: 'anastrozole', amountText: '0.5', takenAt: '2026-11-10T21:00' })))
    value(await engine.logDose(dose({ compoundId: 'anastrozole', amountText: '0.5', takenAt: '2026-11-17T21:00' })))
    value(await engine.addLabResult(labResult({ takenAt: '2026-11-18T08:00' })))
    value(await engine.addLabResult(labResult({ takenAt: '2026-11-11T08:00' })))
    const view = value(await engine.read({ name: 'series', series: await series() }))
    expect(view?.results.map(({ sinceDose }) => [sinceDose?.compound, sinceDose?.isOwn, sinceDose?.days])).toEqual([
      ['Testosterone cypionate (IM/SC oil)', true, 6],
      ['Anastrozole', false, 1],
    ])
    expect(view?.doses.map(({ isOwn }) => isOwn)).toEqual([false, true, false])
  })
})

test('one choice shows all markers in SI or conventional units, a marker’s own choice wins, and reports stay as they are', async () => {
  await inSeries(async (engine) => {
    value(await engine.addLabResult(labResult({ valueText: '577', rangeLow: '264', rangeHigh: '916' })))
    value(await engine.addLabResult(labResult({ markerId: 'alt', valueText: '31', unit: 'U/L' })))
    const shown = async (choice: UnitChoice): Promise<unknown[]> => {
      const labs = value(await engine.read({ name: 'labs', ...choice })).rows
      const grid = value(await engine.read({ name: 'labsGrid', columns: 5, ...choice })).rows
      const [row] = labs.filter(({ markerId }) => markerId === 'testosterone-total')
      const [inGrid] = grid.filter(({ markerId }) => markerId === 'testosterone-total')
      expect(labs.find(({ markerId }) => markerId === 'alt')?.latestConverted).toBeNull()
      expect(inGrid?.cells[0]?.rangeText).toBe('264–916')
      return [
        row?.latestConverted?.valueText ?? row?.latest.valueText,
        inGrid?.cells[0]?.convertedText ?? null,
        inGrid?.cells[0]?.convertedRangeText,
        inGrid?.unit,
      ]
    }
    expect(await shown({})).toEqual(['577', null, '', 'ng/dL'])
    expect(await shown({ system: 'si' })).toEqual(['20.0', '20.0', '9.15–31.8', 'nmol/L'])
    expect(await shown({ system: 'conventional' })).toEqual(['577', null, '', 'ng/dL'])
    const own = { 'testosterone-total': '' }
    expect(await shown({ system: 'si', units: own })).toEqual(['577', null, '', 'ng/dL'])
  })
})

test('the laboratory is kept with a result, and an edit that leaves it out takes it away', async () => {
  await inSeries(async (engine, series) => {
    const { id } = value(await engine.addLabResult(labResult({ laboratory: ' City lab ' })))
    const read = async (): Promise<unknown> =>
      value(await engine.read({ name: 'series', series: await series() }))?.results[0]
    expect(await read()).toMatchObject({ laboratory: 'City lab', input: { laboratory: 'City lab' } })
    value(await engine.editLabResult(id, labResult()))
    expect(await read()).toMatchObject({ laboratory: '' })
  })
})
