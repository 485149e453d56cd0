import { type FSWatcher, cpSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHeadlessEngine } from '@salus/engine/headless'
import { expect, test } from 'vitest'
import { PASSPHRASE, PairingWatch, inFolder, value, withDevices } from '../engine/test-devices.ts'
import { bundleOf, ndjsonOf } from './observation-files.ts'
import { type RunningSalus, passphraseFile, salus, startSalus } from './salus-command.ts'

const RECORDS = 2_000
const OWN_RECORDS = 5
/** When to kill: at the first change in the folder, then once this much of what the whole command writes is written. */
const SHARES_BEFORE_KILL = [0, 0.1, 0.5, 0.9]

/**
 * Waits for a command's end, and kills it with -9 once SQLite's log of writes is that large.
 * @returns the largest size that the log was seen to have, bytes
 */
async function endOrKill(running: RunningSalus, data: string, killAtBytes: number): Promise<number> {
  const log = join(data, 'vault.db-wal')
  let largest = 0
  const watcher: FSWatcher = watch(data, () => {
    largest = Math.max(largest, statSync(log, { throwIfNoEntry: false })?.size ?? 0)
    if (largest >= killAtBytes) running.child.kill('SIGKILL')
  })
  await running.ended
  watcher.close()
  return largest
}

/** What a device holds, looked at from here without its relay: number of results, and what does not verify. */
async function lookInto(data: string): Promise<{ readonly results: number; readonly faults: readonly string[] }> {
  const offline = () => Promise.reject(new TypeError('no network'))
  const engine = createHeadlessEngine({ path: join(data, 'vault.db'), fetch: offline })
  value(await engine.unlock(PASSPHRASE))
  const { faults } = value(await engine.verifyAll())
  const { count } = value(await engine.read({ name: 'labs' }))
  await engine.lock()
  return { results: count, faults }
}

test(
  'an import killed in the middle is there as a whole or not at all, and what was acknowledged is there',
  { timeout: 180_000 },
  async () => {
    await inFolder(async (folder) => {
      const env = passphraseFile(folder)
      const fresh = join(folder, 'fresh')
      const file = join(folder, 'results.ndjson')
      writeFileSync(file, ndjsonOf(RECORDS))
      await createDevice(fresh, env)
      const startImport = (data: string) => startSalus(['import', '--data', data, file], { env })

      const whole = join(folder, 'whole')
      cpSync(fresh, whole, { recursive: true })
      const logBytes = await endOrKill(startImport(whole), whole, Number.POSITIVE_INFINITY)
      expect(await lookInto(whole)).toEqual({ results: RECORDS, faults: [] })
      const outcomes: number[] = []
      for (const share of SHARES_BEFORE_KILL) {
        const data = join(folder, `device-${share}`)
        cpSync(fresh, data, { recursive: true })
        const running = startImport(data)
        await endOrKill(running, data, share * logBytes)
        const isAcknowledged = running.stdout.includes(`${RECORDS} new`)
        const { results, faults } = await lookInto(data)
        expect([share, faults]).toEqual([share, []])
        expect(isAcknowledged ? [RECORDS] : [0, RECORDS]).toContain(results)
        outcomes.push(results)
      }
      // A kill that always came too late would have shown nothing.
      expect(outcomes).toContain(0)
    })
  },
)

test(
  'a sync killed in the middle leaves a sound device, and the next one brings the rest',
  { timeout: 180_000 },
  async () => {
    await withDevices(async (world) => {
      const env = passphraseFile(world.folder)
      const { engine: phone } = await world.firstDevice()
      const joined = join(world.folder, 'joined')
      const watching = new PairingWatch()
      const { link } = value(await phone.offerPairing(watching.listen))
      const joining = startSalus(['join', link, '--data', joined], { env })
      await joining.untilStdout(/Six digits/)
      joining.child.stdin.write('yes\n')
      await watching.until('digits')
      value(await phone.confirmPairing(PASSPHRASE))
      expect((await joining.ended).code).toBe(0)

      // Acknowledged here and not sent yet.
      writeFileSync(join(world.folder, 'own.json'), bundleOf(OWN_RECORDS, RECORDS))
      expect((await salus(['import', '--data', joined, join(world.folder, 'own.json')], { env })).code).toBe(0)
      const preview = value(
        await phone.previewImport({ name: 'a', bytes: new TextEncoder().encode(ndjsonOf(RECORDS)) }),
      )
      value(await phone.commitImport(preview.previewId))
      value(await phone.syncNow())
      const startSync = (data: string) => startSalus(['sync', '--data', data], { env })
      const whole = join(world.folder, 'whole')
      cpSync(joined, whole, { recursive: true })
      const logBytes = await endOrKill(startSync(whole), whole, Number.POSITIVE_INFINITY)
      const found: number[] = []
      for (const share of SHARES_BEFORE_KILL) {
        // Copies that only sync write nothing of their own: all may go on from the same folder.
        const data = join(world.folder, `device-${share}`)
        cpSync(joined, data, { recursive: true })
        await endOrKill(startSync(data), data, share * logBytes)
        const { results, faults } = await lookInto(data)
        expect([share, faults]).toEqual([share, []])
        found.push(results)
        const synced = await salus(['sync', '--data', data], { env })
        expect([share, synced.code, synced.stderr]).toEqual([share, 0, ''])
        expect(await lookInto(data)).toEqual({ results: RECORDS + OWN_RECORDS, faults: [] })
        value(await phone.syncNow())
        expect(value(await phone.read({ name: 'labs' })).count).toBe(RECORDS + OWN_RECORDS)
      }
      expect(Math.min(...found)).toBeGreaterThanOrEqual(OWN_RECORDS)
      // A kill that always came too late would have shown nothing.
      expect(Math.min(...found)).toBeLessThan(RECORDS + OWN_RECORDS)
    })
  },
)

/** A vault on this disk alone, with a keystore at its real cost. */
async function createDevice(data: string, env: Record<string, string>): Promise<void> {
  // The command line makes the folder; the vault in it is made as an app would.
  expect((await salus(['join', 'no link', '--data', data], { env })).code).toBe(1)
  const engine = createHeadlessEngine({ path: join(data, 'vault.db') })
  await engine.drawKit()
  value(await engine.createVault({ passphrase: PASSPHRASE, deviceName: 'server' }))
  await engine.lock()
}
