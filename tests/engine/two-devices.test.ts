import { expect, test } from 'vitest'
import type { SalusApi } from '@salus/engine/api'
import type { HeadlessOptions } from '@salus/engine/headless'
import { labResult, dose, value, withDevices, PASSPHRASE } from './test-devices.ts'

test('a second device, paired by link, finds everything and both have one state', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    value(await phone.addLabResult(labResult()))
    value(await phone.logDose(dose()))
    const tablet = await world.pair(phone, 'tablet')
    const labs = value(await tablet.read({ name: 'labs' }))
    expect(labs.rows.map((row) => [row.name, row.latest.valueText, row.latest.unit, row.latest.rangeState])).toEqual([
      ['Testosterone, total', '577', 'ng/dL', 'inside'],
    ])
    value(await phone.syncNow())
    value(await tablet.syncNow())
    value(await phone.syncNow())
    expect(value(await tablet.stateHashes())).toEqual(value(await phone.stateHashes()))
    const devices = value(await phone.read({ name: 'devices' }))
    expect(devices.devices.map((device) => device.name).sort()).toEqual(['phone', 'tablet'])
    expect(value(await phone.read({ name: 'sync' })).alarms).toEqual([])
  })
})

test('a locked vault opens again with its passphrase alone, and with no other', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    value(await engine.addLabResult(labResult({ valueText: '<0,1', unit: 'nmol/L' })))
    await engine.lock()
    expect(await engine.read({ name: 'labs' })).toEqual({ ok: false, error: { type: 'Locked' } })
    expect(await engine.unlock('correct horse battery stapler')).toEqual({
      ok: false,
      error: { type: 'WrongPassphrase' },
    })
    value(await engine.unlock(PASSPHRASE))
    expect(value(await engine.read({ name: 'labs' })).rows[0]?.latest.valueText).toBe('<0,1')
  })
})

test('the kit brings the vault to a new device and drops the others', async () => {
  await withDevices(async (world) => {
    const { engine: phone, kit } = await world.firstDevice()
    value(await phone.addLabResult(labResult()))
    value(await phone.syncNow())
    await phone.lock()
    const found = world.engine('found')
    value(await found.recover({ relayUrl: world.relay.url, words: kit, passphrase: PASSPHRASE, deviceName: 'found' }))
    expect(value(await found.read({ name: 'labs' })).count).toBe(1)
    value(await found.addLabResult(labResult({ valueText: '600' })))
    value(await found.syncNow())
    const devices = value(await found.read({ name: 'devices' }))
    expect(devices.devices.map(({ isThis, isActive }) => [isThis, isActive])).toEqual([
      [false, false],
      [true, true],
    ])
    value(await phone.unlock(PASSPHRASE))
    const refused = await phone.syncNow()
    expect(refused.ok).toBe(false)
  })
})

test('edits made apart on one field are a conflict on both devices, until one is chosen', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    const { id } = value(await phone.addLabResult(labResult()))
    const tablet = await world.pair(phone, 'tablet')
    await world.stopRelay()
    value(await phone.editLabResult(id, labResult({ valueText: '578' })))
    value(await tablet.editLabResult(id, labResult({ valueText: '579' })))
    await world.restartRelay()
    for (const device of [phone, tablet, phone]) value(await device.syncNow())
    expect(value(await tablet.stateHashes())).toEqual(value(await phone.stateHashes()))
    for (const device of [phone, tablet]) {
      const series = await testosterone(device)
      const [conflict] = series?.results[0]?.conflicts ?? []
      expect([conflict?.field, conflict?.shown.text, conflict?.others.map((other) => other.text)]).toEqual([
        'value',
        '579 ng/dL',
        ['578 ng/dL'],
      ])
      expect(value(await device.read({ name: 'sync' })).alarms).toEqual([])
    }
    const conflict = (await testosterone(phone))?.results[0]?.conflicts[0]
    value(await phone.resolveConflict(id, 'value', conflict?.others[0]?.stamp ?? ''))
    for (const device of [phone, tablet]) value(await device.syncNow())
    const settled = (await testosterone(tablet))?.results[0]
    expect([settled?.valueText, settled?.conflicts]).toEqual(['578', []])
  })
})

test('what another device sends while the stream of pokes is being opened is not missed', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    const tablet = await world.pair(phone, 'tablet')
    await world.stopRelay()
    value(await phone.addLabResult(labResult()))
    value(await tablet.logDose(dose()))
    await world.restartRelay()
    const seen = new Promise<void>((resolve) => {
      void tablet.subscribe({ name: 'labs' }, (view) => {
        if (view.count === 1) resolve()
      })
    })
    await seen
  })
}, 20_000)

test('the drill tells this vault’s kit from another, and remembers that it went well', async () => {
  await withDevices(async (world) => {
    const { engine: phone, kit } = await world.firstDevice()
    const tablet = await world.pair(phone, 'tablet')
    expect(value(await tablet.read({ name: 'care' })).kitCheckedMs).toBeNull()
    const { words: other } = await world.engine('stranger').drawKit()
    expect(await tablet.checkKit(other)).toEqual({ ok: false, error: { type: 'OtherKit' } })
    expect(await tablet.checkKit(kit.slice(1))).toEqual({ ok: false, error: { type: 'BadKit', reason: 'words' } })
    expect(value(await tablet.read({ name: 'care' })).kitCheckedMs).toBeNull()
    value(await tablet.checkKit(kit))
    expect(value(await tablet.read({ name: 'care' })).kitCheckedMs).not.toBeNull()
  })
})

test('a core log that a device extends while the kit recovers is followed, not taken for a forged one', async () => {
  await withDevices(async (world) => {
    const { engine: phone, kit } = await world.firstDevice()
    value(await phone.addLabResult(labResult()))
    value(await phone.syncNow())
    let hasGrown = false
    const fetchLate: NonNullable<HeadlessOptions['fetch']> = async (url, options) => {
      // Between the kit's reading of the core log and its question for the heads.
      if (!hasGrown && url.endsWith('/v1/heads')) {
        hasGrown = true
        await world.pair(phone, 'tablet')
      }
      return fetch(url, options)
    }
    const found = world.engine('found', { fetch: fetchLate })
    value(await found.recover({ relayUrl: world.relay.url, words: kit, passphrase: PASSPHRASE, deviceName: 'found' }))
    expect(hasGrown).toBe(true)
    const { devices } = value(await found.read({ name: 'devices' }))
    expect(devices.filter((device) => device.isActive).map((device) => device.isThis)).toEqual([true])
    expect(devices.length).toBe(3)
  })
})

async function testosterone(device: SalusApi) {
  const [row] = value(await device.read({ name: 'labs' })).rows
  return value(await device.read({ name: 'series', series: row?.series ?? '' }))
}
