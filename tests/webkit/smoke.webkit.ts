import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GREETING_PAGE, type StillPage, serveStillPage } from '../browsers/still-page.ts'
import { openWebKit } from '../browsers/webkit.ts'

let site: StillPage
beforeAll(async () => {
  site = await serveStillPage(GREETING_PAGE)
})
afterAll(() => site.close())

test('WebKitGTK opens a local page, types, clicks and shows it on its screen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'salus-webkit-'))
  const session = await openWebKit()
  try {
    await session.goto(site.url)
    await session.fill({ label: 'Name' }, 'Ada')
    await session.type('#name', ' L.')
    await session.click({ role: 'button', name: 'Greet' })
    expect(await session.waitFor(`document.querySelector('#greeting').textContent`)).toBe('Hello, Ada L.')
    expect(await session.text({ text: 'Hello, Ada L.' })).toBe('Hello, Ada L.')
    expect(await session.has({ role: 'link' })).toBe(false)
    expect(await session.evaluate(`Promise.resolve({ two: 1 + 1 })`)).toEqual({ two: 2 })
    await expect(session.evaluate(`nothingOfThatName`)).rejects.toThrow('nothingOfThatName')
    await expect(session.find({ text: 'No such text' }, 200)).rejects.toThrow('No such text')
    await session.screenshot(join(folder, 'screen.png'))
    expect(readFileSync(join(folder, 'screen.png')).readUInt32BE(16)).toBe(1280)
  } finally {
    await session.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('two sessions at once are two devices with storage of their own', async () => {
  await using one = await openWebKit()
  await using other = await openWebKit()
  await Promise.all([one.goto(site.url), other.goto(site.url)])
  await one.evaluate(`localStorage.setItem('device', 'one')`)
  expect(await one.evaluate(`localStorage.getItem('device')`)).toBe('one')
  expect(await other.evaluate(`localStorage.getItem('device')`)).toBe(null)
})
