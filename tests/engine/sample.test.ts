import { expect, test } from 'vitest'
import { PASSPHRASE, dose, labResult, value, withDevices } from './test-devices.ts'

const TODAY = '2026-11-24'
const ZONE = 'Europe/Berlin'

test('a sample takes every command, meets no relay, and is gone after a lock; the vault on the disk is untouched', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    value(await engine.addLabResult(labResult()))
    const before = value(await engine.stateHashes())
    await engine.lock()

    value(await engine.openSample('woman', TODAY, ZONE))
    expect(await engine.vaultStatus()).toMatchObject({ type: 'unlocked', sample: 'woman' })
    const saved = value(await engine.logDose(dose()))
    value(await engine.editDose(saved.id, dose({ amountText: '90' })))
    expect(value(await engine.read({ name: 'labs' })).rows.length).toBeGreaterThanOrEqual(25)
    expect(value(await engine.exportRecords('json'))).toContain('"sample":"woman"')
    expect(value(await engine.exportRecords('csv'))).toContain('sample:labResult,')
    const { checkIns, doseChanges } = value(await engine.read({ name: 'checkIns' }))
    expect(checkIns.length).toBeGreaterThan(500)
    expect(checkIns.map(({ day }) => day)).toEqual(checkIns.map(({ day }) => day).toSorted())
    expect(doseChanges.length).toBeGreaterThan(0)
    expect(value(await engine.verifyAll()).faults).toEqual([])

    const refused = { ok: false, error: { type: 'SampleOpen' } }
    const invite = { url: world.relay.url, invite: 'x' }
    expect(await engine.connectRelay(invite)).toEqual(refused)
    expect(await engine.syncNow()).toEqual(refused)
    expect(await engine.offerPairing(() => undefined)).toEqual(refused)
    expect(await engine.confirmPairing(PASSPHRASE)).toEqual(refused)
    expect(await engine.changePassphrase(PASSPHRASE, `${PASSPHRASE} 2`)).toEqual(refused)
    expect(await engine.unlock(PASSPHRASE)).toEqual(refused)
    expect(await engine.createVault({ passphrase: PASSPHRASE, deviceName: '' })).toEqual(refused)
    const device = { passphrase: PASSPHRASE, deviceName: '' }
    expect(await engine.recover({ relayUrl: world.relay.url, words: [], ...device })).toEqual(refused)
    expect(await engine.joinByLink({ link: '', ...device }, () => undefined)).toEqual(refused)
    expect(await engine.openSample('man', TODAY, ZONE)).toEqual(refused)

    await engine.lock()
    expect(await engine.vaultStatus()).toMatchObject({ type: 'locked' })
    value(await engine.unlock(PASSPHRASE))
    expect(value(await engine.stateHashes())).toEqual(before)
    expect(await engine.openSample('man', TODAY, ZONE)).toEqual({ ok: false, error: { type: 'VaultOpen' } })
  })
})

test('one day has one check-in, whose ratings are set, changed and cleared one by one', async () => {
  await withDevices(async (world) => {
    const { engine } = await world.firstDevice()
    const day = { takenAt: '2026-11-18', zone: ZONE }
    const today = async () => value(await engine.read({ name: 'today', day: '2026-11-18', zone: ZONE }))
    const first = value(await engine.saveCheckIn({ ...day, energy: 4 }))
    const second = value(await engine.saveCheckIn({ ...day, takenAt: '2026-11-18T09:00', mood: 3, note: 'slept in' }))
    expect(second.id).toBe(first.id)
    expect((await today()).checkIn).toMatchObject({ energy: 4, mood: 3, sleep: null, note: 'slept in' })
    value(await engine.saveCheckIn({ ...day, energy: null, note: '' }))
    expect((await today()).checkIn).toMatchObject({ energy: null, mood: 3, note: '' })
    expect(value(await engine.exportRecords('csv'))).toContain(',mood,,3,')
    value(await engine.saveCheckIn({ ...day, mood: null }))
    expect((await today()).checkIn).toBeNull()
    value(await engine.saveCheckIn({ ...day, sleep: 2 }))
    expect((await today()).checkIn).toMatchObject({ mood: null, sleep: 2 })
    const over = value(await engine.read({ name: 'checkIns' }))
    expect(over.checkIns).toMatchObject([{ day: '2026-11-18', sleep: 2 }])
    const { id } = over.checkIns[0] ?? { id: '' }
    value(await engine.deleteRecord(id))
    expect(value(await engine.read({ name: 'checkIns' })).checkIns).toEqual([])
    value(await engine.restoreRecord(id))
    expect((await today()).checkIn).toMatchObject({ sleep: 2 })
    expect(await engine.saveCheckIn({ ...day, sleep: 6 })).toMatchObject({ error: { field: 'sleep' } })
  })
})
