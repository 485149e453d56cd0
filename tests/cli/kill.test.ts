import { type FSWatcher, cpSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHeadlessEngine } from '@salus/engine/headless'
import { expect, test } from 'vitest'
import { PASSPHRASE, PairingWatch, inFolder, labResult, value, withDevices } from '../engine/test-devices.ts'
import { ndjsonOf } from './observation-files.ts'
import { type RunningSalus, passphraseFile, salus, startSalus } from './salus-command.ts'

const RECORDS = 2_000
/** How many changes of the folder's files are waited for before the kill: from the first open to the last write. */
const CHANGES_BEFORE_KILL = [1, 6, 9, 11, 13, 15, 18, 24]

/** Kills a command with -9 after so many changes in a folder, unless it ends first. */
async function killAfter(running: RunningSalus, folder: string, changes: number): Promise<void> {
  let left = changes
  const watcher: FSWatcher = watch(folder, () => {
    if (--left === 0) running.child.kill('SIGKILL')
  })
  await running.ended
  watcher.close()
}

async function countResults(data: string, env: Record<string, string>): Promise<number> {
  const status = await salus(['status', '--data', data], { env })
  return Number(/^results {2}(\d+)$/m.exec(status.stdout)?.[1])
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

      const outcomes: string[] = []
      for (const changes of [...CHANGES_BEFORE_KILL, Number.POSITIVE_INFINITY]) {
        const data = join(folder, `device-${changes}`)
        cpSync(fresh, data, { recursive: true })
        const running = startSalus(['import', '--data', data, file], { env })
        await killAfter(running, data, changes)
        const isAcknowledged = running.stdout.includes(`${RECORDS} new`)
        const verified = await salus(['verify', '--data', data], { env })
        expect([changes, verified.code, verified.stderr]).toEqual([changes, 0, expect.stringContaining('all sound')])
        const count = await countResults(data, env)
        expect(isAcknowledged ? [RECORDS] : [0, RECORDS]).toContain(count)
        outcomes.push(count === 0 ? 'none' : 'all')
        rmSync(data, { recursive: true })
      }
      // Both ends of the range were met, or nothing was tried.
      expect(new Set(outcomes)).toEqual(new Set(['none', 'all']))
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

      value(await phone.addLabResult(labResult()))
      const preview = value(
        await phone.previewImport({ name: 'a', bytes: new TextEncoder().encode(ndjsonOf(RECORDS)) }),
      )
      value(await phone.commitImport(preview.previewId))
      value(await phone.syncNow())
      for (const changes of CHANGES_BEFORE_KILL) {
        // Copies of the folder as it joined: none has written since, so each may go on from there.
        const data = join(world.folder, `device-${changes}`)
        cpSync(joined, data, { recursive: true })
        await killAfter(startSalus(['sync', '--data', data], { env }), data, changes)
        const verified = await salus(['verify', '--data', data], { env })
        expect([changes, verified.code]).toEqual([changes, 0])
        const synced = await salus(['sync', '--data', data], { env })
        expect([changes, synced.code, synced.stderr]).toEqual([changes, 0, ''])
        expect(await countResults(data, env)).toBe(RECORDS + 1)
        rmSync(data, { recursive: true })
      }
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
