import type { SalusApi } from '@salus/engine/api'
import { expect, test } from 'vitest'
import { PASSPHRASE, PairingWatch, type World, labResult, value, withDevices } from './test-devices.ts'

interface Joining {
  readonly fresh: SalusApi
  readonly watch: PairingWatch
  readonly link: string
}

/** A new device that shows a code. */
async function joining(world: World, name: string, relayUrl = world.relay.url): Promise<Joining> {
  const fresh = world.engine(name)
  const watch = new PairingWatch()
  const { link } = value(await fresh.offerJoin({ relayUrl, passphrase: PASSPHRASE, deviceName: name }, watch.listen))
  return { fresh, watch, link }
}

/** A first device that, once told so, does not let the relay hold its questions open: what does not come has not come. */
async function hurried(world: World): Promise<{ engine: SalusApi; beHurried: () => void }> {
  let isHurried = false
  const { engine } = await world.firstDevice('phone', {
    fetch: (input, init) => fetch(isHurried ? String(input).replace('?wait=1', '') : input, init),
  })
  return { engine, beHurried: () => void (isHurried = true) }
}

test('a new device shows the code, an enrolled one reads it, and both hold one record (S24)', async () => {
  await withDevices(async (world) => {
    const { engine: phone, beHurried } = await hurried(world)
    value(await phone.addLabResult(labResult()))
    const { fresh: desk, watch, link } = await joining(world, 'desk')
    expect(link).toMatch(/\/#join=[A-Za-z0-9_-]{22}$/)
    const oldWatch = new PairingWatch()
    value(await phone.admitByLink(link, oldWatch.listen))
    const [shown, compared] = await Promise.all([watch.until('digits'), oldWatch.until('digits')])
    expect(shown.digits).toBe(compared.digits)
    value(await desk.confirmJoin())
    value(await phone.confirmPairing(PASSPHRASE))
    await watch.until('done')
    for (const engine of [desk, phone, desk]) value(await engine.syncNow())
    expect(value(await desk.stateHashes())).toEqual(value(await phone.stateHashes()))
    expect(value(await phone.read({ name: 'devices' })).devices.map(({ isActive }) => isActive)).toEqual([true, true])

    beHurried()
    const again = new PairingWatch()
    value(await phone.admitByLink(link, again.listen))
    await expect(again.until('digits'), 'a code is good for one device').rejects.toThrow('PairingExpired')
  })
})

test('a code of the other kind, of another relay, or bent is refused before a word is said', async () => {
  await withDevices(async (world) => {
    const { engine: phone } = await world.firstDevice()
    const { link } = await joining(world, 'desk')
    const { listen } = new PairingWatch()
    const pairLink = value(await phone.offerPairing(listen)).link
    const refusals: readonly (readonly [string, object])[] = [
      [pairLink, { type: 'BadLink' }],
      [link.slice(0, -1), { type: 'BadLink' }],
      [
        link.replace('127.0.0.1', 'localhost'),
        { type: 'OtherRelay', origin: world.relay.url.replace('127.0.0.1', 'localhost') },
      ],
      [link.replace(/^.*#/, 'https://evil.example/#'), { type: 'OtherRelay', origin: 'https://evil.example' }],
    ]
    for (const [text, error] of refusals)
      expect(await phone.admitByLink(text, listen), text).toEqual({ ok: false, error })
    const fresh = world.engine('tablet')
    const request = { passphrase: PASSPHRASE, deviceName: 'tablet' }
    expect(await fresh.joinByLink({ link, ...request }, listen)).toEqual({ ok: false, error: { type: 'BadLink' } })
    for (const relayUrl of ['', 'salus', 'http://salus.example', 'javascript:1'])
      expect(await fresh.offerJoin({ relayUrl, ...request }, listen), relayUrl).toEqual({
        ok: false,
        error: { type: 'BadLink' },
      })
  })
})

test('somebody who reads the new device’s code first shows other digits than the owner’s device', async () => {
  await withDevices(async (world) => {
    const { engine: phone, beHurried } = await hurried(world)
    beHurried()
    const { engine: thief } = await world.firstDevice('thief')
    const { watch, link } = await joining(world, 'desk')
    const thiefWatch = new PairingWatch()
    value(await thief.admitByLink(link, thiefWatch.listen))
    const shown = await watch.until('digits')
    expect(shown.digits).toBe((await thiefWatch.until('digits')).digits)
    // The owner's device comes too late: it shows no digits that could be compared by mistake.
    const ownersWatch = new PairingWatch()
    value(await phone.admitByLink(link, ownersWatch.listen))
    await expect(ownersWatch.until('digits')).rejects.toThrow('PairingExpired')
  })
})
