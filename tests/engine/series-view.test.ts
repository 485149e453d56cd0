import { expect, test } from 'vitest'
import type { SalusApi } from '@salus/engine/api'
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

    const inMass = value(await engine.read({ name: 'series', series: await series(), unit: 'ng/dL' }))
    expect(inMass?.unit).toBe('ng/dL')
    expect(inMass?.results.map((result) => result.converted?.valueText)).toEqual(['461', undefined])
    expect(inMass?.points.map((point) => [Math.round(point.value), Math.round(point.low ?? 0)])).toEqual([
      [577, 264],
      [461, 265],
    ])
    const unfit = value(await engine.read({ name: 'series', series: await series(), unit: 'kg' }))
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
