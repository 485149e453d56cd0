import { expect, test } from 'vitest'
import { CHANGES_MAX } from '@salus/engine/api'
import type { SalusApi } from '@salus/engine/api'
import { dose, labResult, value, withDevices } from './test-devices.ts'

async function historyOf(engine: SalusApi, id: string) {
  const history = value(await engine.read({ name: 'history', id }))
  return history?.changes.map(({ act, deviceName, fields }) => [act, deviceName, fields]) ?? []
}

test('what was done to a record is told with device, from and to, and any version can be gone back to', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    const { id } = value(await phone.addLabResult(labResult({ note: 'fasting' })))
    const tablet = await world.pair(phone, 'tablet')
    value(await tablet.editLabResult(id, labResult({ valueText: '580', note: '' })))
    for (const engine of [tablet, phone]) value(await engine.syncNow())
    value(await phone.deleteRecord(id))
    const history = value(await phone.read({ name: 'history', id }))
    expect(history).toMatchObject({ name: 'Testosterone, total', value: '580 ng/dL', isDeleted: true })
    expect(await historyOf(phone, id)).toEqual([
      ['deleted', 'phone', []],
      [
        'changed',
        'tablet',
        [
          { field: 'value', from: '577 ng/dL', to: '580 ng/dL' },
          { field: 'note', from: 'fasting', to: null },
        ],
      ],
      ['made', 'phone', expect.arrayContaining([{ field: 'range', from: null, to: '264–916' }])],
    ])
    const [, changed, made] = history?.changes ?? []

    value(await phone.restoreVersion(id, made?.stamp ?? ''))
    const shown = async () => {
      const [row] = value(await phone.read({ name: 'labs' })).rows
      return [row?.latest.valueText, row?.latest.note]
    }
    expect(await shown()).toEqual(['577', 'fasting'])
    expect((await historyOf(phone, id))[0]?.[0]).toBe('restored')
    value(await phone.restoreVersion(id, changed?.stamp ?? ''))
    expect(await shown()).toEqual(['580', ''])
    expect(await phone.restoreVersion(id, 'no such stamp')).toEqual({ ok: false, error: { type: 'NotFound' } })
    expect(value(await phone.read({ name: 'history', id: 'nothing' }))).toBeNull()
    for (const engine of [phone, tablet, phone]) value(await engine.syncNow())
    expect(value(await tablet.stateHashes())).toEqual(value(await phone.stateHashes()))
  })
})

test('what is deleted is listed, newest first, and comes back whole', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    const first = value(await phone.addLabResult(labResult()))
    const second = value(await phone.logDose(dose()))
    for (const { id } of [first, second]) value(await phone.deleteRecord(id))
    const deleted = value(await phone.read({ name: 'deleted' }))
    expect(deleted.count).toBe(2)
    expect(deleted.records.map(({ kind, value: text, deviceName }) => [kind, text, deviceName])).toEqual([
      ['dose', '100 mg', 'phone'],
      ['labResult', '577 ng/dL', 'phone'],
    ])
    value(await phone.restoreRecord(first.id))
    expect(value(await phone.read({ name: 'deleted' })).records.map(({ id }) => id)).toEqual([second.id])
  })
})

test('the trail has every save of every device, newest first, an import as one, and keeps to its limit', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    for (let i = 0; i < 70; i++) value(await phone.addLabResult(labResult({ valueText: String(500 + i) })))
    value(await phone.logDose(dose()))
    const newest = value(await phone.read({ name: 'changes', limit: 3 })).changes
    expect(newest.map((change) => [change.act, change.value])).toEqual([
      ['made', '100 mg'],
      ['made', '569 ng/dL'],
      ['made', '568 ng/dL'],
    ])
    expect(value(await phone.read({ name: 'changes', limit: CHANGES_MAX + 1 })).changes).toHaveLength(71)
    const results = Array.from({ length: 5 }, (_, i) => ({
      resourceType: 'Observation',
      id: `o${String(i)}`,
      status: 'final',
      code: { text: 'Ferritin' },
      effectiveDateTime: `2026-01-0${String(i + 1)}`,
      valueQuantity: { value: 40 + i, unit: 'ng/mL' },
    }))
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: results.map((resource) => ({ resource })) }
    const bytes = new TextEncoder().encode(JSON.stringify(bundle))
    const preview = value(await phone.previewImport({ name: 'labs.json', bytes }))
    value(await phone.commitImport(preview.previewId))
    expect(value(await phone.read({ name: 'changes', limit: 1 })).changes).toMatchObject([
      { act: 'several', records: 5, recordId: null },
    ])
  })
})
