import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SalusApi } from '@salus/engine/api'
import { createEngineOver } from '@salus/engine/headless'
import { MemoryDisk, createMemoryStore } from '@salus/store/memory'
import type { HttpFetch } from '@salus/sync'
import { type MemoryRelay, createMemoryRelay } from '../../relay/src/memory-relay.ts'
import { CrashGate, crashingFetch, crashingStore } from './crash-gate.ts'
import { PASSPHRASE, cheapDerive, dose, labResult, value } from './test-devices.ts'

vi.setConfig({ testTimeout: 120_000 })

const ORIGIN = 'https://salus.example'
const UNLIMITED = { burst: 1e9, perSecond: 1e9 }
const engines: SalusApi[] = []
let relay: MemoryRelay
let fetchRelay: HttpFetch

beforeAll(() => {
  relay = createMemoryRelay({
    origin: ORIGIN,
    limits: { authRate: UNLIMITED, vaultsRate: UNLIMITED, pairRate: UNLIMITED },
  })
  fetchRelay = (url, init) => (url.endsWith('/v1/events') ? silence(init?.signal) : relay.fetch(new Request(url, init)))
})
afterAll(async () => {
  for (const engine of engines) await engine.lock()
})

/** A stream of pokes that none comes by; it ends as a network's would. */
function silence(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_, reject) => {
    const end = (): void => {
      reject(new TypeError('aborted'))
    }
    if (signal?.aborted === true) end()
    else signal?.addEventListener('abort', end)
  })
}

const offline: HttpFetch = () => Promise.reject(new TypeError('no network'))

function engineOn(disk: MemoryDisk, fetch: HttpFetch = fetchRelay): SalusApi {
  const engine = createEngineOver(createMemoryStore(disk), { derive: cheapDerive, fetch })
  engines.push(engine)
  return engine
}

async function unlocked(disk: MemoryDisk, fetch?: HttpFetch): Promise<SalusApi> {
  const engine = engineOn(disk, fetch)
  value(await engine.unlock(PASSPHRASE))
  return engine
}

function copyOf(disk: MemoryDisk): MemoryDisk {
  const copy = new MemoryDisk()
  copy.content = disk.content
  return copy
}

/** A device whose disk was copied; the original went on and is in step, the copy wrote one result and one edit offline. */
async function twoCopies(): Promise<{ original: SalusApi; originalDisk: MemoryDisk; copy: MemoryDisk; id: string }> {
  const originalDisk = new MemoryDisk()
  const original = engineOn(originalDisk)
  await original.drawKit()
  const invite = await relay.invite()
  value(await original.createVault({ passphrase: PASSPHRASE, deviceName: 'phone', relay: { url: ORIGIN, invite } }))
  const { id } = value(await original.addLabResult(labResult()))
  value(await original.syncNow())
  const copy = copyOf(originalDisk)
  value(await original.addLabResult(labResult({ valueText: '600', takenAt: '2026-11-19' })))
  value(await original.logDose(dose()))
  value(await original.syncNow())
  const away = await unlocked(copy, offline)
  value(await away.addLabResult(labResult({ valueText: '700', takenAt: '2026-11-20' })))
  value(await away.editLabResult(id, labResult({ valueText: '580', note: 'from the copy' })))
  const second = value(await away.addLabResult(labResult({ valueText: '800', takenAt: '2026-11-21' })))
  // An edit of what is unsynced itself: its op names a stamp that will bear another id.
  value(await away.editLabResult(second.id, labResult({ valueText: '801', takenAt: '2026-11-21' })))
  await leave(away)
  return { original, originalDisk, copy, id }
}

async function leave(engine: SalusApi): Promise<void> {
  await engine.lock()
}

async function valuesOf(engine: SalusApi): Promise<string[]> {
  const [row] = value(await engine.read({ name: 'labs' })).rows
  const series = value(await engine.read({ name: 'series', series: row?.series ?? '' }))
  // An edit of what was itself unsynced still replaces it: a head that stayed would be a conflict.
  expect(series?.results.flatMap((result) => result.conflicts)).toEqual([])
  return series?.results.map((result) => result.valueText).toSorted() ?? []
}

async function stateOf(engine: SalusApi): Promise<string> {
  return value(await engine.read({ name: 'sync' })).state
}

async function expectSound(engine: SalusApi): Promise<void> {
  expect(value(await engine.verifyAll()).faults).toEqual([])
  expect(value(await engine.read({ name: 'sync' }))).toMatchObject({ waiting: 0, state: 'inStep' })
}

const ALL = ['580', '600', '700', '801']

describe('a disk that was copied, both copies in use', () => {
  test('the copy is told, enrols itself anew beside the original, and both hold all of both', async () => {
    const { original, copy } = await twoCopies()
    const second = await unlocked(copy)
    value(await second.syncNow())
    expect(await stateOf(second)).toBe('retired')
    expect(value(await second.read({ name: 'sync' })).waiting).toBeGreaterThan(0)
    value(await second.replaceThisDevice({ passphrase: PASSPHRASE, otherCopy: 'inUse' }))
    await dismissAll(second)
    value(await original.syncNow())
    value(await original.addLabResult(labResult({ valueText: '610', takenAt: '2026-11-22' })))
    value(await original.syncNow())
    value(await second.addLabResult(labResult({ valueText: '620', takenAt: '2026-11-23' })))
    for (const device of [second, original, second]) value(await device.syncNow())
    for (const device of [original, second]) {
      expect(await valuesOf(device)).toEqual([...ALL, '610', '620'].toSorted())
      await expectSound(device)
    }
    expect(value(await second.stateHashes())).toEqual(value(await original.stateHashes()))
    const { devices } = value(await original.read({ name: 'devices' }))
    expect(devices.map(({ name, isActive, isThis }) => [name, isActive, isThis])).toEqual([
      ['phone', true, true],
      ['phone (2)', true, false],
    ])
  })
})

describe('a disk that was restored, the original gone', () => {
  test('the old id ends, the new one goes on with the name, and nothing unsynced is lost', async () => {
    const { original, copy, id } = await twoCopies()
    const restored = await unlocked(copy)
    value(await restored.syncNow())
    const shown = new Promise<void>((resolve) => {
      void restored.subscribe({ name: 'sync' }, (view) => {
        if (view.state === 'inStep') resolve()
      })
    })
    await restored.syncNow()
    value(await restored.replaceThisDevice({ passphrase: PASSPHRASE, otherCopy: 'gone' }))
    await dismissAll(restored)
    value(await restored.syncNow())
    await shown
    expect(await valuesOf(restored)).toEqual(ALL)
    await expectSound(restored)
    const { devices } = value(await restored.read({ name: 'devices' }))
    expect(devices.map(({ name, isActive, isThis }) => [name, isActive, isThis])).toEqual([
      ['phone', false, false],
      ['phone', true, true],
    ])
    const revisions = value(await restored.read({ name: 'record', id }))?.revisions.filter(
      ({ field }) => field === 'value',
    )
    expect(revisions?.map(({ isReplaced }) => isReplaced)).toEqual([false, true])
    expect((await original.syncNow()).ok).toBe(false)
    expect(await stateOf(original)).toBe('removed')
    await leave(restored)
    const again = await unlocked(copy)
    value(await again.syncNow())
    expect(await valuesOf(again)).toEqual(ALL)
    await expectSound(again)
  })

  test('a device whose id is in order, and a wrong passphrase, change nothing', async () => {
    const { original, originalDisk, copy } = await twoCopies()
    const before = originalDisk.content
    expect(await original.replaceThisDevice({ passphrase: PASSPHRASE, otherCopy: 'gone' })).toEqual({
      ok: false,
      error: { type: 'NotACopy' },
    })
    expect(originalDisk.content.meta.get('keystore')).toEqual(before.meta.get('keystore'))
    const restored = await unlocked(copy)
    value(await restored.syncNow())
    const core = copy.content.core.length
    expect(await restored.replaceThisDevice({ passphrase: `${PASSPHRASE}s`, otherCopy: 'gone' })).toEqual({
      ok: false,
      error: { type: 'WrongPassphrase' },
    })
    expect([copy.content.core.length, await stateOf(restored)]).toEqual([core, 'retired'])
  })
})

describe.each(['gone', 'inUse'] as const)('killed at any point, the other copy %s', (otherCopy) => {
  test('the same act again ends with one new device and every record', async () => {
    let points = 0
    for (let at = 1; ; at++) {
      const { copy, original } = await twoCopies()
      await leave(original)
      const gate = new CrashGate(at)
      const dying = createEngineOver(crashingStore(createMemoryStore(copy), gate), {
        derive: cheapDerive,
        fetch: crashingFetch(fetchRelay, gate),
      })
      value(await dying.unlock(PASSPHRASE))
      value(await dying.syncNow())
      gate.isArmed = true
      const ended = await Promise.race([dying.replaceThisDevice({ passphrase: PASSPHRASE, otherCopy }), gate.crashed])
      if (ended !== 'crashed') {
        value(ended)
        await dying.lock()
        break
      }
      points++
      const restored = await unlocked(copy)
      await restored.syncNow()
      const again = await restored.replaceThisDevice({ passphrase: PASSPHRASE, otherCopy })
      // It may have been killed just after the end.
      if (!again.ok) expect(again.error, `point ${String(at)}`).toEqual({ type: 'NotACopy' })
      await dismissAll(restored)
      value(await restored.syncNow())
      expect(await valuesOf(restored), `point ${String(at)}`).toEqual(ALL)
      await expectSound(restored)
      const { devices } = value(await restored.read({ name: 'devices' }))
      expect(
        devices.map(({ isActive, isThis }) => [isActive, isThis]),
        `point ${String(at)}`,
      ).toEqual([
        [otherCopy === 'inUse', false],
        [true, true],
      ])
      await leave(restored)
    }
    // Successor, entry, take-over, before and after each.
    expect(points).toBeGreaterThanOrEqual(6)
  })
})

test('a passphrase that was changed in between still ends what was begun', async () => {
  const { copy, original } = await twoCopies()
  await leave(original)
  // Killed when the relay has taken the entry: the successor's keystore is on the disk, and the old id has ended.
  let isTaken = false
  const takesOne: HttpFetch = async (url, init) => {
    if (isTaken) throw new TypeError('no network')
    const answer = await fetchRelay(url, init)
    isTaken = init?.method === 'POST' && url.endsWith('/v1/core')
    return answer
  }
  const restored = await unlocked(copy, takesOne)
  const request = { passphrase: PASSPHRASE, otherCopy: 'gone' } as const
  expect(await restored.replaceThisDevice(request)).toEqual({ ok: false, error: { type: 'Unreachable' } })
  const next = 'another horse battery staple'
  value(await restored.changePassphrase(PASSPHRASE, next))
  await leave(restored)
  const again = engineOn(copy)
  value(await again.unlock(next))
  value(await again.replaceThisDevice({ ...request, passphrase: next }))
  await dismissAll(again)
  expect(await valuesOf(again)).toEqual(ALL)
  await expectSound(again)
})

async function dismissAll(engine: SalusApi): Promise<void> {
  for (const { id } of value(await engine.read({ name: 'sync' })).alarms) value(await engine.dismissAlarm(id))
}
