import { expect, test } from 'vitest'
import { dose, labResult, value, withDevices } from './test-devices.ts'

test('a label that a spreadsheet would run as a formula is text in the CSV, a negative number stays one', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    value(
      await engine.addLabResult(labResult({ markerId: null, label: '=HYPERLINK("x")', valueText: '-2.5', unit: '' })),
    )
    value(await engine.logDose(dose({ compoundId: null, label: '@cmd', note: '-1+1' })))
    const csv = value(await engine.exportRecords('csv'))
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`)
    expect(csv).toContain(',-2.5,')
    expect(csv).toContain(`'@cmd`)
    expect(csv).toContain(`'-1+1`)
  })
})
