import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { findFreePort } from '../browsers/child-process.ts'
import { Device } from './device.ts'
import { PHONE } from './profile.ts'
import { Salus, en, expect, test } from './salus.ts'

const WASM = "'wasm-unsafe-eval'"

test('every response has the strict policy, and only the key derivation may compile WebAssembly', async ({ salus }) => {
  const assets = readdirSync('apps/web/dist/assets').map((name) => `/assets/${name}`)
  for (const path of ['/', '/labs/AAAAAAAAAAAAAAAA', '/devices', '/sw.js', '/manifest.webmanifest', ...assets]) {
    const response = await fetch(`${salus.url}${path}`)
    expect(response.status, path).toBe(200)
    const policy = response.headers.get('content-security-policy') ?? ''
    const directives = new Map(policy.split('; ').map((text) => [text.split(' ')[0], text]))
    const isKeyDerivation = path.startsWith('/assets/kdf-worker-')
    expect(directives.get('default-src'), path).toBe("default-src 'none'")
    expect(directives.get('script-src'), path).toBe(`script-src 'self'${isKeyDerivation ? ` ${WASM}` : ''}`)
    expect(directives.get('connect-src'), path).toBe(isKeyDerivation ? undefined : "connect-src 'self'")
    expect(directives.get('require-trusted-types-for'), path).toBe("require-trusted-types-for 'script'")
    expect(policy, path).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
    expect(response.headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(response.headers.get('referrer-policy'), path).toBe('no-referrer')
  }
  // Earlier builds' files are kept beside this one's.
  expect(assets.filter((path) => path.startsWith('/assets/kdf-worker-'))).not.toHaveLength(0)
})

test('a relay elsewhere that the host has not named is refused with that reason, and nothing is sent', async ({
  salus,
  browser,
}) => {
  let connections = 0
  const elsewhere = createServer((_request, response) => response.end())
  elsewhere.on('connection', () => connections++)
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const address = elsewhere.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const origin = `http://127.0.0.1:${address.port}`
  const context = await browser.newContext(PHONE)
  try {
    const phone = new Device(await context.newPage())
    await phone.firstRun(salus.url)
    await connect(phone, `${origin}/#invite=kfLxdQKJu5N4jHzrZ6So4Q`)
    await expect(phone.page.getByText(en.fault.OriginNotAllowed(origin))).toBeVisible()
    expect(connections).toBe(0)
  } finally {
    await context.close()
    elsewhere.closeAllConnections()
    await new Promise((resolve) => elsewhere.close(resolve))
  }
})

test('a relay elsewhere that the host has named in SALUS_CONNECT is used', async ({ browser }) => {
  const port = await findFreePort()
  const relay = await Salus.start({ corsOrigins: [`http://127.0.0.1:${port}`] })
  const app = await Salus.start({ port, connectOrigins: [relay.url] })
  const context = await browser.newContext(PHONE)
  try {
    const phone = new Device(await context.newPage())
    await phone.firstRun(app.url)
    await phone.addResult('ferritin', '41')
    await connect(phone, await relay.inviteLink())
    await expect(phone.shown(relay.url)).toBeVisible()
    await phone.isInStep()
  } finally {
    await context.close()
    await app.dispose()
    await relay.dispose()
  }
})

test('the app can be installed @chromium-only', async ({ salus, makeProfile }) => {
  const profile = await makeProfile()
  const phone = await profile.open()
  await phone.page.goto(salus.url)
  await phone.isReadyForOffline()
  const devtools = await profile.context.newCDPSession(phone.page)
  const manifest = await devtools.send('Page.getAppManifest')
  expect(manifest.errors).toEqual([])
  expect(manifest.url).toBe(`${salus.url}/manifest.webmanifest`)
  expect((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])
})

async function connect(phone: Device, link: string): Promise<void> {
  await phone.page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await phone.page
    .getByRole('link', { name: new RegExp(en.more.devicesHelp) })
    .first()
    .click()
  await phone.page.getByLabel(en.onboarding.inviteLink).fill(link)
  await phone.button(en.devices.relayConnect).click()
}
