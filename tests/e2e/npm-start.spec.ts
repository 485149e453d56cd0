import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Device } from './device.ts'
import { PHONE } from './profile.ts'
import { en, expect, test } from './salus.ts'

/** What `npm start` runs. */
const START = ['deploy/runtime/with-node.mjs', 'relay/src/main.ts']

test('one command serves app and relay, prints an invite until it is used, and a second start keeps the data @chromium-only', async ({
  browser,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'salus-start-'))
  const context = await browser.newContext(PHONE)
  let running: Started | undefined
  try {
    running = await start(folder, '0')
    const { url, invite } = running
    expect(invite, 'a new data folder comes with an invite').toBeDefined()
    await end(running)
    running = await start(folder, new URL(url).port)
    expect(running.invite, 'an unused invite is printed again').toBe(invite)

    const phone = new Device(await context.newPage())
    await phone.firstRun(invite ?? '')
    await phone.addResult('ferritin', '41')
    await phone.isInStep()
    await end(running)

    running = await start(folder, new URL(url).port)
    expect(running.invite, 'a used one is not').toBeUndefined()
    await phone.page.reload()
    await phone.unlock()
    await phone.isInStep()
    await phone.openLabs()
    await expect(phone.shown('41')).toBeVisible()
    await expect(phone.page.getByText(en.sync.notOnRelay)).toHaveCount(0)
  } finally {
    await context.close()
    if (running !== undefined) await end(running)
    await rm(folder, { recursive: true, force: true })
  }
})

interface Started {
  readonly child: ChildProcess
  readonly url: string
  /** The whole link. */
  readonly invite: string | undefined
}

async function start(folder: string, port: string): Promise<Started> {
  const child = spawn(process.execPath, START, {
    env: { ...process.env, PORT: port, SALUS_DATA: folder, SALUS_SKIP_BUILD: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (printed.split('\n').length > 2) resolve()
    })
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)))
  })
  return { child, url: /Salus is at (\S+)/.exec(printed)?.[1] ?? '', invite: /\S+#invite=\S+/.exec(printed)?.[0] }
}

async function end({ child }: Started): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
