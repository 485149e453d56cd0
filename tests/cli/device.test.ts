import { cpSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SalusApi } from '@salus/engine/api'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { PASSPHRASE, PairingWatch, type World, dose, labResult, value, withDevices } from '../engine/test-devices.ts'
import { bundleOf } from './observation-files.ts'
import { type Ended, type RunningSalus, linesOf, passphraseFile, salus, startSalus } from './salus-command.ts'

/*
 * One story, told in order: a phone with a vault on a relay, and a data folder that joins it by the command line. Deriving
 * a key takes its real time here, so the tests share the two devices.
 */
vi.setConfig({ testTimeout: 120_000 })

let world: World
let phone: SalusApi
let env: Record<string, string>
let joined: Ended
let finish: () => void
let whole: Promise<void>

const run = (...words: string[]): Promise<Ended> => salus(words, { cwd: world.folder, env })

beforeAll(async () => {
  const ready = Promise.withResolvers<void>()
  whole = withDevices(async (made) => {
    world = made
    env = { ...passphraseFile(made.folder), SALUS_DEVICE: join(made.folder, 'device') }
    phone = (await made.firstDevice()).engine
    value(await phone.addLabResult(labResult()))
    value(await phone.logDose(dose()))
    joined = await pair(startSalus, 'yes\n')
    await new Promise<void>((resolve) => {
      finish = resolve
      ready.resolve()
    })
  })
  await Promise.race([ready.promise, whole])
}, 60_000)
afterAll(async () => {
  finish()
  await whole
})

/** Offers a link on the phone and lets the command follow it; both owners confirm. */
async function pair(
  start: (words: readonly string[], options: object) => RunningSalus,
  answer: string,
): Promise<Ended> {
  const watch = new PairingWatch()
  const { link } = value(await phone.offerPairing(watch.listen))
  const running = start(['join', link, '--name', 'server'], { cwd: world.folder, env })
  const [, digits] = await running.untilStdout(/^Six digits: (\d{6})\n/m)
  expect((await watch.until('digits')).digits).toBe(digits)
  running.child.stdin.write(answer)
  if (answer === 'yes\n') value(await phone.confirmPairing(PASSPHRASE))
  const ended = await running.ended
  if (answer !== 'yes\n') await phone.cancelPairing()
  return ended
}

test('join prints the six digits of the other device, waits for both owners, and enrols the folder', async () => {
  expect(joined.code).toBe(0)
  expect(joined.stdout).toMatch(/^Six digits: \d{6}\nJoined: /)
  value(await phone.syncNow())
  const { devices } = value(await phone.read({ name: 'devices' }))
  expect(devices.map(({ name }) => name).toSorted()).toEqual(['phone', 'server'])
  const folder = join(world.folder, 'device')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
  }
})

test('a folder that is a device already joins nothing', async () => {
  const ended = await run('join', `${world.relay.url}/#pair=AAAAAAAAAAAAAAAAAAAAAA`)
  expect([ended.code, ended.stdout]).toEqual([1, ''])
  expect(ended.stderr).toContain('This data folder is a device already.')
})

test('export gives what the other device has, on stdout or into a private file', async () => {
  const json = await run('export', '--format', 'json')
  expect([json.code, json.stderr]).toEqual([0, ''])
  expect(json.stdout).toBe(value(await phone.exportRecords('json')))
  const categories: string[] = JSON.parse(json.stdout).records.map((record: { category: string }) => record.category)
  expect(categories).toEqual(categories.toSorted())
  const csv = await run('export', '--format', 'csv', '--out', 'out.csv')
  expect([csv.code, csv.stdout, csv.stderr]).toEqual([0, '', ''])
  expect(readFileSync(join(world.folder, 'out.csv'), 'utf8')).toBe(value(await phone.exportRecords('csv')))
  expect(statSync(join(world.folder, 'out.csv')).mode & 0o777).toBe(0o600)
})

test('sync brings what the other device has written, and takes along what was imported here', async () => {
  writeFileSync(join(world.folder, 'results.json'), bundleOf(5))
  value(await phone.addLabResult(labResult({ valueText: '612', takenAt: '2026-11-20' })))
  const imported = await run('import', 'results.json', 'missing.json')
  expect(imported.code).toBe(2)
  expect(imported.stdout).toMatch(/^results\.json: 5 new \(undo-import \S+\)\n$/)
  expect(imported.stderr).toContain('missing.json: The file cannot be read')

  const synced = await run('sync')
  expect([synced.code, synced.stderr]).toEqual([0, ''])
  expect(synced.stdout).toBe(`relay    ${world.relay.url}\nwaiting  0\nalarms   0\n`)
  value(await phone.syncNow())
  expect(value(await phone.read({ name: 'labs' })).count).toBe(7)
  expect((await run('export', '--format', 'json')).stdout).toBe(value(await phone.exportRecords('json')))

  const again = await run('import', 'results.json')
  expect(again.stdout).toBe('results.json: 0 new, 5 known already\n')
  const id = /undo-import (\S+)\)/.exec(imported.stdout)?.[1] ?? ''
  expect((await run('status')).stdout).toContain(`import   ${id}  5 results of results.json\n`)
  expect((await run('undo-import', id)).stdout).toBe('5 taken back\n')
  expect((await run('undo-import', id)).code).toBe(1)
  expect((await run('sync')).code).toBe(0)
  value(await phone.syncNow())
  expect(value(await phone.read({ name: 'labs' })).count).toBe(2)
})

test('verify checks every chain and prints the frontier that the other device has as well', async () => {
  const verified = await run('verify')
  expect(verified.code).toBe(0)
  expect(verified.stderr).toMatch(/^\d+ core entries, \d+ batches in \d+ chains: all sound\.\n$/)
  const { frontier } = value(await phone.verifyAll())
  const theirs = frontier.map(({ stream, device, seq, hash }) => `${stream} ${device} ${seq} ${hash}`)
  expect(linesOf(verified.stdout).toSorted()).toEqual(theirs.toSorted())
})

test('a wrong passphrase opens nothing', async () => {
  const folder = join(world.folder, 'wrong')
  cpSync(join(world.folder, 'device'), folder, { recursive: true })
  const other = passphraseFile(folder, 'correct horse battery stapler\n')
  const ended = await salus(['export', '--format', 'json'], { env: { SALUS_DEVICE: folder, ...other } })
  expect([ended.code, ended.stdout]).toEqual([1, ''])
  expect(ended.stderr).toBe('salus: That is not the passphrase of this device.\n')
  const nobody = await salus(['export', '--format', 'json'], { env: { SALUS_DEVICE: folder } })
  expect([nobody.code, nobody.stdout]).toEqual([2, ''])
  expect(nobody.stderr).toContain('SALUS_PASSPHRASE_FILE')
})

describe('damage on this disk', () => {
  /** The device's folder, with one thing changed in its database. */
  async function verifyChanged(change: string): Promise<Ended> {
    const data = join(world.folder, 'changed')
    rmSync(data, { recursive: true, force: true })
    cpSync(join(world.folder, 'device'), data, { recursive: true })
    const database = new DatabaseSync(join(data, 'vault.db'))
    database.exec(change)
    database.close()
    return run('verify', '--data', data)
  }

  test('a batch with one byte changed is named, and no other', async () => {
    const database = new DatabaseSync(join(world.folder, 'device/vault.db'), { readOnly: true })
    const row = database.prepare('SELECT stream, device, seq FROM batches ORDER BY rowid LIMIT 1').get()
    database.close()
    const where = `stream = '${String(row?.['stream'])}' AND device = '${String(row?.['device'])}' AND seq = ${String(row?.['seq'])}`
    // The last byte belongs to the signature.
    const ended = await verifyChanged(
      `UPDATE batches SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'00' AS BLOB) WHERE ${where}`,
    )
    expect(ended.code).toBe(1)
    const name = `${String(row?.['stream'])}/${String(row?.['device'])}/${String(row?.['seq'])}`
    expect(ended.stderr).toContain(`salus: ${name}: `)
    expect(ended.stderr).toMatch(/: 1 not as they should be\.\n$/)
  })

  test('a batch that was taken out of the middle, or off the end, is missed', async () => {
    const middle = await verifyChanged(
      'DELETE FROM batches WHERE rowid = (SELECT min(rowid) FROM batches WHERE seq = 1)',
    )
    expect([middle.code, /not as they should be/.test(middle.stderr)]).toEqual([1, true])
    const end = await verifyChanged(
      'DELETE FROM batches WHERE rowid = (SELECT rowid FROM batches ORDER BY seq DESC LIMIT 1)',
    )
    expect([end.code, /not as they should be/.test(end.stderr)]).toEqual([1, true])
  })

  test('a changed core log is told in words', async () => {
    const ended = await verifyChanged(
      `UPDATE core SET entry = CAST(substr(entry, 1, length(entry) - 1) || x'00' AS BLOB) WHERE seq = 0`,
    )
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('salus: The vault is damaged')
    expect(ended.stderr).not.toMatch(/\n\s+at /)
  })
})

test('one process at a time has the folder; another is refused in words', async () => {
  const data = join(world.folder, 'fresh')
  const watch = new PairingWatch()
  const { link } = value(await phone.offerPairing(watch.listen))
  const first = startSalus(['join', link, '--data', data], { env })
  await first.untilStdout(/Six digits/)
  const second = await run('join', link, '--data', data)
  expect([second.code, second.stdout]).toEqual([1, ''])
  expect(second.stderr).toBe(
    `salus: Another Salus (process ${String(first.child.pid)}) is using ${data}. One at a time may.\n`,
  )
  // Saying no writes nothing.
  first.child.stdin.write('no\n')
  const ended = await first.ended
  expect([ended.code, /Stopped\. Nothing was written\./.test(ended.stderr)]).toEqual([1, true])
  await phone.cancelPairing()
  expect((await run('status', '--data', data)).stderr).toContain('There is no vault')
})

test('digits that nobody can confirm enrol nothing', async () => {
  const data = join(world.folder, 'unasked')
  const watch = new PairingWatch()
  const { link } = value(await phone.offerPairing(watch.listen))
  const ended = await salus(['join', link, '--data', data], { env, input: '' })
  expect([ended.code, /^Six digits: \d{6}\n$/.test(ended.stdout)]).toEqual([1, true])
  await phone.cancelPairing()
})

test('a link that is none, or whose mailbox is closed, is told in words', async () => {
  const data = join(world.folder, 'nowhere')
  for (const [link, says, code] of [
    ['hello', 'no pairing link', 1],
    [`${world.relay.url}/#invite=AAAAAAAAAAAAAAAAAAAAAA`, 'no pairing link', 1],
    ['http://127.0.0.1:1/#pair=AAAAAAAAAAAAAAAAAAAAAA', 'cannot be reached', 3],
  ] as const) {
    const ended = await run('join', link, '--data', data)
    expect([link, ended.code, ended.stdout]).toEqual([link, code, ''])
    expect(ended.stderr).toContain(says)
  }
  const weak = passphraseFile(world.folder, 'too short\n')
  const ended = await salus(['join', `${world.relay.url}/#pair=AAAAAAAAAAAAAAAAAAAAAA`, '--data', data], {
    env: { ...env, ...weak },
  })
  passphraseFile(world.folder)
  expect([ended.code, /at least 12 characters/.test(ended.stderr)]).toEqual([1, true])
})

test('without its relay sync says so and exits 3, and nothing of the device needs one', async () => {
  await world.stopRelay()
  try {
    const ended = await run('sync')
    expect(ended.code).toBe(3)
    expect(ended.stderr).toContain('The relay cannot be reached.')
    expect((await run('verify')).code).toBe(0)
    expect((await run('export', '--format', 'json')).stdout).toBe(value(await phone.exportRecords('json')))
  } finally {
    await world.restartRelay()
  }
})

test('a relay that went back raises an alarm in words; a read alarm alarms no more', async () => {
  const relay = join(world.folder, 'relay')
  // A phone that is awake would give the relay back what it lost before anyone else sees it.
  await phone.lock()
  await world.stopRelay()
  cpSync(relay, join(world.folder, 'relay-before'), { recursive: true })
  await world.restartRelay()
  writeFileSync(join(world.folder, 'results.json'), bundleOf(2, 100))
  expect((await run('import', 'results.json')).code).toBe(0)
  expect((await run('sync')).code).toBe(0)
  await world.stopRelay()
  rmSync(relay, { recursive: true })
  cpSync(join(world.folder, 'relay-before'), relay, { recursive: true })
  await world.restartRelay()

  const alarmed = await run('sync')
  expect(alarmed.code).toBe(1)
  expect(alarmed.stdout).toMatch(/\nalarms {3}1\n {2}Rollback \(device server\): the relay shows an older state/)
  const [, id = ''] = /^alarm {4}(\S+) {2}Rollback/m.exec((await run('status')).stdout) ?? []
  expect((await run('dismiss-alarm', 'none')).code).toBe(1)
  expect((await run('dismiss-alarm', id)).code).toBe(0)
  expect((await run('sync')).code).toBe(0)
  // What the relay had lost was given back to it.
  value(await phone.unlock(PASSPHRASE))
  value(await phone.syncNow())
  expect(value(await phone.read({ name: 'sync' })).alarms).toEqual([])
  expect((await run('export', '--format', 'json')).stdout).toBe(value(await phone.exportRecords('json')))
})

test('a folder that was copied and used twice is told so, and gives itself an id of its own', async () => {
  const data = join(world.folder, 'copied')
  cpSync(join(world.folder, 'device'), data, { recursive: true })
  writeFileSync(join(world.folder, 'here.json'), bundleOf(3, 500))
  writeFileSync(join(world.folder, 'there.json'), bundleOf(4, 900))
  expect((await run('import', 'here.json')).code).toBe(0)
  expect((await run('sync')).code).toBe(0)
  expect((await run('import', 'there.json', '--data', data)).code).toBe(0)
  const told = await run('sync', '--data', data)
  expect(told.code).toBe(1)
  expect(told.stderr).toContain('`salus replace-device` gives the folder')

  const replaced = await run('replace-device', '--other-in-use', '--data', data)
  expect([replaced.code, replaced.stderr]).toEqual([0, ''])
  const again = await run('replace-device', '--other-in-use', '--data', data)
  expect([again.code, again.stderr]).toEqual([
    1,
    'salus: The relay and this folder agree about this device: there is nothing to replace.\n',
  ])
  await run('sync', '--data', data)
  await run('sync')
  const [here, there] = [await run('status'), await run('status', '--data', data)]
  const results = (ended: Ended): string | undefined => /^results .*$/m.exec(ended.stdout)?.[0]
  expect(results(here)).toBe(results(there))
  expect(there.stdout).toMatch(/^waiting {2}0$/m)
  expect(there.stdout).toMatch(/^device {3}server \(2\) \(this\)$/m)
  for (const ended of [await run('verify'), await run('verify', '--data', data)]) expect(ended.code).toBe(0)
})

test('another device is removed by its name: it is refused from then on, and this one goes on', async () => {
  const unknown = await run('remove-device', 'fridge')
  expect([unknown.code, unknown.stderr]).toEqual([1, 'salus: There is no device fridge.\n'])
  const removed = await run('remove-device', 'phone')
  expect([removed.code, removed.stderr]).toEqual([0, ''])
  expect(removed.stdout).toContain('phone is removed')
  expect(await phone.syncNow()).toMatchObject({ ok: false, error: { type: 'RelayRefused' } })
  expect(value(await phone.read({ name: 'sync' })).state).toBe('removed')
  expect((await run('sync')).code).toBe(0)
  expect((await run('verify')).code).toBe(0)
})
