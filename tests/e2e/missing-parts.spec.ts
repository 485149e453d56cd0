import type { Page } from '@playwright/test'
import { type Device, en, expect, test } from './salus.ts'

/** Without a service worker nothing is kept for later: each part comes from the server when it is first asked for. */
async function withoutKeptFiles(device: Device): Promise<Page> {
  await device.page.context().route('**/sw.js', (route) => route.abort())
  return device.page
}

/** A part of the app that the server does not give, until it does. */
async function without(page: Page, name: string): Promise<() => Promise<void>> {
  const pattern = new RegExp(`/assets/${name}-[^/]*\\.js$`)
  await page.context().route(pattern, (route) => route.abort())
  return () => page.context().unroute(pattern)
}

test('a part of the app that cannot be fetched is named as that, what was typed stays, and trying again brings it @chromium-only', async ({
  openDevice,
  salus,
}) => {
  const phone = await openDevice()
  const page = await withoutKeptFiles(phone)
  const giveView = await without(page, 'later-views')
  const givePage = await without(page, 'CheckInsPage')
  const giveImport = await without(page, 'import-desk')
  await phone.firstRun(salus.url)
  const { today, app, act, fault, dose } = en

  await page.getByRole('link', { name: today.logDose }).click()
  await page.getByLabel(dose.amount, { exact: true }).fill('12')
  await page.getByRole('button', { name: en.nav.today }).click()

  // The page's own code.
  await page.getByRole('link', { name: today.overTime }).click()
  await expect(page.getByRole('alert')).toHaveText(app.partMissing)
  await phone.button(act.tryAgain).click()
  await expect(page.getByRole('alert')).toContainText(app.partMissingStill)
  await expect(phone.button(app.reload)).toBeVisible()
  await givePage()
  await phone.button(act.tryAgain).click()
  // What the engine needs to answer it.
  await expect(page.getByRole('alert')).toHaveText(app.partMissing)
  await giveView()
  await phone.button(act.tryAgain).click()
  await expect(phone.shown(en.checkIns.emptyTitle)).toBeVisible()

  await page.getByRole('button', { name: en.nav.today }).click()
  await page.getByRole('link', { name: today.logDose }).click()
  await expect(page.getByLabel(dose.amount, { exact: true })).toHaveValue('12')

  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: en.import.title }).first().click()
  const file = { name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{"resourceType":"Patient"}') }
  await page.locator('input[type="file"]').setInputFiles(file)
  await expect(page.getByRole('alert')).toHaveText(fault.PartMissing)
  await giveImport()
  await page.locator('input[type="file"]').setInputFiles(file)
  await expect(page.getByText(en.import.nothingNew)).toBeVisible()
})

test('without the engine’s file, or the words of a language, there is a screen that says so and never a blank one @chromium-only', async ({
  openDevice,
  salus,
}) => {
  const phone = await openDevice()
  const page = await withoutKeptFiles(phone)
  const giveEngine = await without(page, 'engine-worker')
  await page.goto(salus.url)
  await expect(page.getByText(en.unavailable.NotStarted)).toBeVisible()
  await giveEngine()
  const giveGerman = await without(page, 'de')
  await phone.button(en.app.reload).click()
  await page.getByRole('button', { name: 'Deutsch' }).click()
  await expect(page.getByText(en.app.partMissing)).toBeVisible()
  await expect(phone.button(en.onboarding.start)).toBeVisible()
  await page.reload()
  await expect(phone.button(en.onboarding.start)).toBeVisible()
  await expect(page.getByText(en.app.partMissing)).toBeVisible()
  await giveGerman()
  await page.reload()
  await expect(phone.button('Neue Akte beginnen')).toBeVisible()
})

test('a database of a newer Salus is left alone, and the screen says what to do @chromium-only', async ({
  openDevice,
  salus,
}) => {
  const phone = await openDevice()
  const { page } = phone
  await page.goto(salus.url)
  await expect(phone.button(en.onboarding.start)).toBeVisible()
  await page.evaluate(async () => {
    const [found] = await indexedDB.databases()
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(found?.name ?? '', (found?.version ?? 0) + 100)
      request.onupgradeneeded = () => request.result.createObjectStore('of-a-newer-version')
      request.onsuccess = () => {
        request.result.close()
        resolve()
      }
      request.onerror = () => reject(new Error('no database'))
    })
  })
  await page.reload()
  await expect(page.getByText(en.unavailable.Newer)).toBeVisible()
  await phone.button(en.app.reload).click()
  await expect(page.getByText(en.unavailable.Newer)).toBeVisible()
  const stores = await page.evaluate(async () => {
    const [found] = await indexedDB.databases()
    return new Promise<string[]>((resolve) => {
      const request = indexedDB.open(found?.name ?? '')
      request.onsuccess = () => resolve([...request.result.objectStoreNames])
    })
  })
  expect(stores).toContain('of-a-newer-version')
})
