import type { SalusApi } from '@salus/engine/api'
import { expect, test } from 'vitest'
import { type World, labResult, value, withDevices } from './test-devices.ts'

/** An engine whose relay forgets the newest batch of every chain of lab results whenever it is told to. */
async function forgetful(world: World): Promise<{ engine: SalusApi; setForgetful: (isForgetful: boolean) => void }> {
  let isForgetful = false
  const { engine } = await world.firstDevice('phone', {
    fetch: async (input, init) => {
      const answer = await fetch(input, init)
      if (!isForgetful || !String(input).endsWith('/v1/heads')) return answer
      const heads: unknown = JSON.parse(await answer.text())
      return Response.json({ ...Object(heads), chains: [] })
    },
  })
  return { engine, setForgetful: (isIt) => void (isForgetful = isIt) }
}

test('a Rollback of all chains is one thing to see to, is gone when both agree, and comes back though it was read', async () => {
  await withDevices(async (world) => {
    const { engine, setForgetful } = await forgetful(world)
    value(await engine.addLabResult(labResult()))
    value(await engine.syncNow())
    const repairs = async () => value(await engine.read({ name: 'repairs' }))
    const isAlarmed = async (): Promise<boolean> => value(await engine.read({ name: 'sync' })).state === 'alarm'
    expect(await repairs()).toEqual({ repairs: [], comparedMs: null })

    setForgetful(true)
    value(await engine.syncNow())
    const [found, ...others] = (await repairs()).repairs
    expect(others).toEqual([])
    expect(found).toMatchObject({
      type: 'Rollback',
      about: 'relay',
      deviceNames: ['phone'],
      categories: ['core', 'labs'],
      entries: 2,
      isOpen: true,
      isDismissed: false,
    })
    // The engine's own comparison may have been told the same lie in between, and given back once more.
    expect([2, 4, 6]).toContain(found?.givenBack)
    expect(await isAlarmed()).toBe(true)

    setForgetful(false)
    value(await engine.syncNow())
    expect((await repairs()).repairs[0]?.isOpen).toBe(false)
    for (const id of found?.alarmIds ?? []) value(await engine.dismissAlarm(id))
    expect((await repairs()).repairs[0]).toMatchObject({ isOpen: false, isDismissed: true })
    expect(await isAlarmed()).toBe(false)

    setForgetful(true)
    value(await engine.syncNow())
    expect((await repairs()).repairs[0]).toMatchObject({ isOpen: true, isDismissed: false })
    expect(await isAlarmed()).toBe(true)
  })
})

test('a device is named by any full device, and shows what it has of another with its own next entry', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    const desk = await world.pair(phone, 'desk')
    const deviceOf = async (engine: SalusApi, isThis: boolean) =>
      value(await engine.read({ name: 'devices' })).devices.find((device) => device.isThis === isThis)
    const sync = async (): Promise<void> => {
      for (const engine of [phone, desk, phone]) value(await engine.syncNow())
    }
    value(await phone.addLabResult(labResult()))
    value(await phone.addLabResult(labResult({ valueText: '600' })))
    await sync()
    expect((await deviceOf(phone, false))?.confirmed).toMatchObject({ missing: 2 })
    expect((await deviceOf(phone, true))?.confirmed).toBeNull()

    value(await desk.addLabResult(labResult({ valueText: '610' })))
    await sync()
    const confirmed = (await deviceOf(phone, false))?.confirmed
    expect([confirmed?.missing, typeof confirmed?.untilMs]).toEqual([0, 'number'])

    const id = (await deviceOf(phone, false))?.id
    value(await phone.renameDevice('Desk upstairs', id))
    await sync()
    expect((await deviceOf(desk, true))?.name).toBe('Desk upstairs')
    expect(await phone.renameDevice('x', 'AAAAAAAAAAAAAAAAAAAAAA')).toEqual({ ok: false, error: { type: 'NotFound' } })
    expect((await deviceOf(phone, true))?.mark).toMatch(/^[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}$/)
  })
})
