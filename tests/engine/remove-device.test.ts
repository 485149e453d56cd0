import { describe, expect, test, vi } from 'vitest'
import type { SalusApi } from '@salus/engine/api'
import type { HttpFetch } from '@salus/sync'
import { decodeEnvelope, decodeFrames } from '@salus/wire'
import { PASSPHRASE, type World, labResult, value, withDevices } from './test-devices.ts'

vi.setConfig({ testTimeout: 60_000 })

async function inStep(...engines: readonly SalusApi[]): Promise<void> {
  for (const engine of engines) value(await engine.syncNow())
}

async function valuesOf(engine: SalusApi): Promise<string[]> {
  const [row] = value(await engine.read({ name: 'labs' })).rows
  const series = value(await engine.read({ name: 'series', series: row?.series ?? '' }))
  return series?.results.map((result) => result.valueText).toSorted() ?? []
}

async function idOf(engine: SalusApi, name: string): Promise<string> {
  const { devices } = value(await engine.read({ name: 'devices' }))
  return devices.find((device) => device.name === name)?.id ?? ''
}

async function add(engine: SalusApi, valueText: string): Promise<void> {
  value(await engine.addLabResult(labResult({ valueText })))
}

/** A phone that can be told what happens just before its entry reaches the relay; a tablet; a watch to be removed. */
async function family(world: World) {
  let beforeEntry: () => Promise<void> = () => Promise.resolve()
  const fetchWatched: HttpFetch = async (url, init) => {
    if (init?.method === 'POST' && url.endsWith('/v1/core')) await beforeEntry()
    return fetch(url, init)
  }
  const phone = world.engine('phone', { fetch: fetchWatched })
  await phone.drawKit()
  const invite = await world.relay.invite()
  value(
    await phone.createVault({
      passphrase: PASSPHRASE,
      deviceName: 'phone',
      relay: { url: world.relay.url, invite },
    }),
  )
  const tablet = await world.pair(phone, 'tablet')
  const watch = await world.pair(phone, 'watch')
  await add(phone, '500')
  await inStep(phone, tablet, watch)
  await add(watch, '510')
  await inStep(watch, phone, tablet)
  return {
    phone,
    tablet,
    watch,
    remove: async (before: () => Promise<void> = () => Promise.resolve()) => {
      beforeEntry = before
      const device = await idOf(phone, 'watch')
      value(await phone.removeDevice({ device, passphrase: PASSPHRASE }))
      beforeEntry = () => Promise.resolve()
      return device
    },
  }
}

describe('a device is removed (S22b)', () => {
  test('it gets nothing more and counts no more, keeps what it has, and the others go on', async () => {
    await withDevices(async (world) => {
      const { phone, tablet, watch, remove } = await family(world)
      await remove()
      await inStep(tablet)
      await add(tablet, '520')
      await inStep(tablet, phone)
      await add(watch, '530')
      expect(await watch.syncNow()).toEqual({ ok: false, error: { type: 'RelayRefused', name: 'Refused' } })
      expect(value(await watch.read({ name: 'sync' })).state).toBe('removed')
      expect(await valuesOf(watch)).toEqual(['500', '510', '530'])
      expect(value(await watch.exportRecords('csv'))).toContain('530')
      await inStep(phone, tablet)
      for (const engine of [phone, tablet]) {
        expect(await valuesOf(engine)).toEqual(['500', '510', '520'])
        expect(value(await engine.read({ name: 'sync' }))).toMatchObject({ state: 'inStep', alarms: [], waiting: 0 })
        expect(value(await engine.verifyAll()).faults).toEqual([])
        const { devices } = value(await engine.read({ name: 'devices' }))
        expect(devices.map(({ name, isActive, setAside }) => [name, isActive, setAside])).toEqual(
          expect.arrayContaining([
            ['phone', true, 0],
            ['tablet', true, 0],
            ['watch', false, 0],
          ]),
        )
      }
    })
  })

  test('what another device merged beyond the cut is set aside there, and comes back as its own', async () => {
    await withDevices(async (world) => {
      const { phone, tablet, watch, remove } = await family(world)
      const device = await remove(async () => {
        await add(watch, '540')
        await inStep(watch, tablet)
        expect(await valuesOf(tablet)).toEqual(['500', '510', '540'])
      })
      await inStep(tablet)
      expect(await valuesOf(tablet)).toEqual(['500', '510'])
      const seen = value(await tablet.read({ name: 'devices' })).devices.find(({ id }) => id === device)
      expect(seen?.setAside).toBe(1)
      expect(value(await tablet.reissueSetAside(device))).toEqual({ changes: 1 })
      await inStep(tablet, phone)
      expect(await valuesOf(phone)).toEqual(['500', '510', '540'])
      expect(value(await phone.stateHashes())).toEqual(value(await tablet.stateHashes()))
    })
  })

  test('what waited elsewhere is sealed under the new key before it leaves', async () => {
    await withDevices(async (world) => {
      const { phone, tablet, remove } = await family(world)
      await tablet.lock()
      const epochs: number[] = []
      const unreachable: HttpFetch = () => Promise.reject(new TypeError('no network'))
      const away = world.engine('tablet', { fetch: unreachable })
      value(await away.unlock(PASSPHRASE))
      await add(away, '550')
      await away.lock()
      await remove()
      const back = world.engine('tablet', {
        fetch: async (url, init) => {
          if (init?.method === 'POST' && url.includes('/batches') && init.body instanceof Uint8Array) {
            for (const bytes of value(decodeFrames(Uint8Array.from(init.body), 1024)))
              epochs.push(value(decodeEnvelope(bytes)).header.epoch)
          }
          return fetch(url, init)
        },
      })
      value(await back.unlock(PASSPHRASE))
      await inStep(back, phone)
      expect(epochs).toEqual([1])
      expect(await valuesOf(phone)).toEqual(['500', '510', '550'])
    })
  })

  test('a wrong passphrase, this device itself and a stranger change nothing', async () => {
    await withDevices(async (world) => {
      const { phone, tablet } = await family(world)
      const removing = (device: string, passphrase = PASSPHRASE) => phone.removeDevice({ device, passphrase })
      expect(await removing(await idOf(phone, 'watch'), 'another passphrase')).toMatchObject({
        error: { type: 'WrongPassphrase' },
      })
      expect(await removing(await idOf(phone, 'phone'))).toEqual({ ok: false, error: { type: 'NotADevice' } })
      expect(await removing('nobody')).toEqual({ ok: false, error: { type: 'NotADevice' } })
      await inStep(tablet)
      expect(value(await tablet.read({ name: 'devices' })).devices.every(({ isActive }) => isActive)).toBe(true)
    })
  })
})
