import type { SalusApi } from '@salus/engine/api'
import { expect, test } from 'vitest'
import { bundleOf, ndjsonOf } from '../cli/observation-files.ts'
import { bytesOf, labResult, value, withDevices } from './test-devices.ts'

const importText = async (engine: SalusApi, text: string) => {
  const preview = value(await engine.previewImport({ name: 'results.json', bytes: bytesOf(text) }))
  return { preview, done: value(await engine.commitImport(preview.previewId)) }
}
const stateOf = async (engine: SalusApi) => value(await engine.stateHashes()).state

test('an import is written as one and taken back as one: the state is as before, twice in a row', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    value(await engine.addLabResult(labResult()))
    const before = await stateOf(engine)
    for (const round of [1, 2]) {
      const { preview, done } = await importText(engine, bundleOf(40))
      expect([round, preview.newRecords, preview.duplicates]).toEqual([round, { labResult: 40 }, 0])
      expect(done).toEqual({ importId: preview.previewId, written: 40, duplicates: 0 })
      expect(value(await engine.read({ name: 'labs' })).count).toBe(41)
      expect(await stateOf(engine)).not.toBe(before)
      expect(value(await engine.undoImport(done.importId))).toEqual({ removed: 40 })
      expect(await stateOf(engine)).toBe(before)
      expect(value(await engine.read({ name: 'imports' })).imports).toEqual([])
      expect(await engine.undoImport(done.importId)).toEqual({ ok: false, error: { type: 'NotFound' } })
    }
  })
})

test('a second import of the same, in another format too, adds nothing and changes nothing', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    await importText(engine, bundleOf(10))
    const before = await stateOf(engine)
    for (const text of [bundleOf(10), ndjsonOf(10)]) {
      const { preview, done } = await importText(engine, text)
      expect([preview.newRecords, preview.duplicates, done.written]).toEqual([{}, 10, 0])
    }
    expect(await stateOf(engine)).toBe(before)
    expect(value(await engine.read({ name: 'imports' })).imports.length).toBe(1)
  })
})

test('undo takes back what its own import has written, and leaves what an earlier one had', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    const first = await importText(engine, bundleOf(10))
    const before = await stateOf(engine)
    const second = await importText(engine, bundleOf(15))
    expect([second.done.written, second.done.duplicates]).toEqual([5, 10])
    expect(value(await engine.undoImport(second.done.importId))).toEqual({ removed: 5 })
    expect(await stateOf(engine)).toBe(before)
    expect(value(await engine.undoImport(first.done.importId))).toEqual({ removed: 10 })
    expect(value(await engine.read({ name: 'labs' })).count).toBe(0)
  })
})

test('an undo on one device reaches the other, and both have one state', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    const { done } = await importText(phone, bundleOf(10))
    const tablet = await world.pair(phone, 'tablet')
    expect(value(await tablet.read({ name: 'labs' })).count).toBe(10)
    value(await tablet.undoImport(done.importId))
    for (const device of [tablet, phone, tablet]) value(await device.syncNow())
    expect(value(await phone.read({ name: 'labs' })).count).toBe(0)
    expect(value(await tablet.stateHashes())).toEqual(value(await phone.stateHashes()))
  })
})

test('a preview that was replaced or cancelled cannot be committed', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    const preview = async () => value(await engine.previewImport({ name: 'a', bytes: bytesOf(bundleOf(1)) })).previewId
    const first = await preview()
    const second = await preview()
    const gone = { ok: false, error: { type: 'NoSuchPreview' } }
    expect(await engine.commitImport(first)).toEqual(gone)
    await engine.cancelImport(second)
    expect(await engine.commitImport(second)).toEqual(gone)
    expect(value(await engine.read({ name: 'labs' })).count).toBe(0)
  })
})
