import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildVersion } from './build-version.ts'
import { Salus, test as base, en, expect } from './salus.ts'

const OLD = '0000000000a1'
const NEW = '0000000000b2'

/** A server whose app is a build of its own, which can be built anew below it. */
const test = base.extend<{ readonly webRoot: string }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that one needs from this pattern
  webRoot: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'salus-versions-'))
    buildVersion(folder, OLD)
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
  salus: async ({ webRoot }, use) => {
    const salus = await Salus.start({ webRoot })
    await use(salus)
    await salus.dispose()
  },
})

/** The script that the build's name stands in. */
async function fileThatSays(folder: string, text: string): Promise<string> {
  for (const name of await readdir(folder))
    if (name.endsWith('.js') && (await readFile(join(folder, name), 'utf8')).includes(text)) return name
  throw new Error(`no script says ${text}`)
}

test(
  'a new version is offered, waits for a form, spares another window, and opens the same record',
  { tag: '@chromium-only' },
  async ({ salus, webRoot, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    const words = en.update
    await device.firstRun(salus.url)
    await device.addResult('ferritin', '38')
    await device.addResult('ferritin', '41')
    await device.isReadyForOffline()
    await device.page.goto(`${salus.url}/about`)
    await device.unlock()
    await expect(device.shown(new RegExp(OLD))).toBeVisible()
    const other = await page.context().newPage()
    await other.goto(`${salus.url}/labs`)
    // A window without a service worker, which has only what the server gives.
    const bare = await page.context().browser()?.newContext({ serviceWorkers: 'block', locale: 'en-GB' })
    const barePage = await bare?.newPage()
    await barePage?.goto(salus.url)
    await expect(barePage?.getByRole('button', { name: en.onboarding.start }) ?? page.locator('none')).toBeVisible()
    const lazy = (await readdir(join(webRoot, 'assets'))).find((name) => /^de-.*\.js$/.test(name)) ?? ''
    const named = await fileThatSays(join(webRoot, 'assets'), OLD)

    await salus.stop()
    buildVersion(webRoot, NEW)
    await salus.restart()
    const old = await fetch(`${salus.url}/assets/${named}`)
    expect(await old.text(), 'the old files stay').toContain(OLD)
    await barePage?.evaluate(async (path) => void (await import(path)), `/assets/${lazy}`)

    await device.button(words.look).click()
    await expect(device.shown(words.ready)).toBeVisible()
    await expect(device.shown(words.cost)).toBeVisible()

    await device.openLabs()
    // The chart's code has never been asked for before: it is the old build's, from the worker or the server.
    await page
      .getByRole('link', { name: /ferritin/i })
      .first()
      .click()
    await expect(page.locator('figure canvas')).toBeVisible()

    await device.openLabs()
    await page.getByRole('link', { name: en.labs.newResult }).click()
    const value = page.getByLabel(en.result.value, { exact: true })
    await value.fill('77')
    await device.button(words.apply).click()
    await expect(device.shown(words.afterForm)).toBeVisible()
    await value.fill('')
    await device.isLocked()

    await expect(other.getByText(words.elsewhere)).toBeVisible()
    await device.unlock()
    await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
    await expect(device.shown('41')).toBeVisible()
    await page.getByRole('link', { name: en.nav.more, exact: true }).click()
    await page.getByRole('link', { name: en.about.title }).first().click()
    await expect(device.shown(new RegExp(NEW))).toBeVisible()
    await expect(page.getByText(words.newest)).toBeVisible()
    await bare?.close()
  },
)
