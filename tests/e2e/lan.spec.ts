import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, expect, test } from '@playwright/test'
import { systemClock, systemRandom } from '../../packages/base/src/index.ts'
import { issueServerCertificate } from '../../relay/src/lan/authority.ts'
import { LanFolder } from '../../relay/src/lan/lan-folder.ts'
import { type RunningLan, startLan } from '../../relay/src/lan/start-lan.ts'
import { findCertutil } from '../browsers/find-browsers.ts'
import { Device } from './device.ts'
import { PHONE } from './profile.ts'

let folder = ''
let lan: RunningLan
const contexts: BrowserContext[] = []
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'salus-lan-'))
  const started = await startLan({ port: 0, dataDir: join(folder, 'relay'), webRoot: resolve('apps/web/dist') }, 0, {
    isHostChosen: false,
  })
  if (!started.ok) throw new Error(started.error.type)
  lan = started.value
})
test.afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
  await lan.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('a browser that trusts the authority installs the app from the home network, makes a vault and is in step; one that does not is refused @chromium-only @needs-certutil', async ({
  playwright,
}, info) => {
  const { launchOptions } = info.project.use
  const open = async (name: string, args: string[] = []): Promise<BrowserContext> => {
    const home = homeWithStore(name)
    if (name !== 'stranger') trust(home)
    const context = await playwright.chromium.launchPersistentContext(join(home, 'profile'), {
      ...launchOptions,
      ...PHONE,
      args: [...(launchOptions?.args ?? []), ...args],
      env: { ...process.env, HOME: home },
    })
    contexts.push(context)
    return context
  }
  const { url } = lan.relay

  const stranger = await (await open('stranger')).newPage()
  await expect(stranger.goto(url)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')

  // The authority's own key, in the hands of a thief who would play a bank.
  const thief = await serveAs('bank.example')
  const neighbour = await serveAs('neighbour.local')
  const context = await open('phone', ['--host-resolver-rules=MAP bank.example 127.0.0.1, MAP *.local 127.0.0.1'])
  const page = await context.newPage()
  await page.goto(`https://neighbour.local:${neighbour.port}/`)
  await expect(page.getByText('Your money, please')).toBeVisible()
  const robbed = await context.newPage()
  await expect(robbed.goto(`https://bank.example:${thief.port}/`)).rejects.toThrow('ERR_CERT_INVALID')
  // Behind it the page would be slowed down.
  await robbed.close()
  for (const server of [thief, neighbour]) server.close()

  const phone = new Device(page)
  await phone.firstRun(`${url}/#invite=${await lan.relay.invite()}`)
  await phone.addResult('ferritin', '41')
  await phone.isInStep()
  await phone.isReadyForOffline()
  expect(await page.evaluate(() => [isSecureContext, location.protocol])).toEqual([true, 'https:'])
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(1)
  const addresses = lan.state().origins.filter((origin) => !origin.includes('.local'))
  for (const origin of addresses) {
    await page.goto(`${origin}/healthz`)
    expect(await page.evaluate(() => isSecureContext)).toBe(true)
  }
})

test('the trust page fits a phone and breaks no policy, in both languages @chromium-only', async ({ browser }) => {
  const { port } = new URL(lan.state().trustPage)
  for (const [language, colorScheme, width] of [
    ['en', 'light', 390],
    ['de', 'dark', 320],
  ] as const) {
    const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme })
    contexts.push(context)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`http://127.0.0.1:${port}/${language}`)
    await expect(page.locator('html')).toHaveAttribute('lang', language)
    expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe('0px')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    // A page's icon is asked for by the browser itself and is not there.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([])
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  }
})

/** A user's home with an empty NSS store, where Chromium looks for authorities that people added. */
function homeWithStore(name: string): string {
  const home = join(folder, name)
  mkdirSync(join(home, '.pki/nssdb'), { recursive: true })
  certutil(home, '-N', '--empty-password')
  return home
}

function trust(home: string): void {
  certutil(home, '-A', '-t', 'C,,', '-n', 'salus', '-i', join(folder, 'relay/lan/authority.crt'))
}

function certutil(home: string, ...words: string[]): void {
  execFileSync(findCertutil() ?? 'certutil', ['-d', `sql:${join(home, '.pki/nssdb')}`, ...words], { stdio: 'pipe' })
}

async function serveAs(name: string): Promise<{ readonly port: number; close(): void }> {
  const authority = new LanFolder(join(folder, 'relay')).read('authority')
  if (typeof authority === 'string') throw new Error(authority)
  const deps = { clock: systemClock, random: systemRandom }
  const { keyPem, certificatePem } = await issueServerCertificate(deps, authority, { names: [name], addresses: [] })
  const server = createServer({ key: keyPem, cert: certificatePem }, (_, response) =>
    response.end('Your money, please'),
  )
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  // A server that listens on a port says so.
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
