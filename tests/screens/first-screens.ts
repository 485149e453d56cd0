import type { Page } from 'playwright-core'
import { en } from '../../apps/web/src/messages/en.ts'

/** What is done on a screen that has come to rest; the name is its picture's. */
export type Visit = (name: string) => Promise<void>

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** From an empty browser through each screen of the first run to the lock; the record has no relay. */
export async function visitFirstScreens(page: Page, url: string, visit: Visit): Promise<void> {
  const { onboarding, act, nav, lock } = en
  await page.goto(url)
  await button(page, onboarding.start).waitFor()
  await visit('welcome')
  for (const [name, opener] of [
    ['install', onboarding.installHow],
    ['pair', onboarding.haveDevice],
    ['recover', onboarding.haveKit],
  ] as const) {
    await button(page, opener).click()
    await button(page, act.back).waitFor()
    if (name !== 'install') await offeredWords(page)
    await visit(name)
    await button(page, act.back).click()
  }

  await button(page, onboarding.start).click()
  await offeredWords(page)
  await visit('passphrase')
  await button(page, onboarding.useOwn).click()
  await visit('passphrase-own')
  await button(page, onboarding.useWordsInstead).click()
  await offeredWords(page)
  await button(page, onboarding.useOffered).click()
  const items = page.locator('ol.kit li')
  await items.last().waitFor()
  const kit = (await items.allTextContents()).map((text) => text.replace(/^\d+/, '').trim())
  await visit('new-kit')
  await button(page, onboarding.kitWritten).click()
  const fields = page.locator('input[name^="kit-word-"]')
  await fields.first().waitFor()
  await visit('new-kit-check')
  for (const field of await fields.all()) {
    const name = (await field.getAttribute('name')) ?? ''
    await field.fill(kit[Number(name.replace('kit-word-', '')) - 1] ?? '')
  }
  await button(page, act.continue).click()
  await button(page, onboarding.later).waitFor()
  await visit('new-relay')
  await button(page, onboarding.later).click()
  await page.getByRole('navigation', { name: nav.main }).waitFor()
  await button(page, nav.lock).click()
  await button(page, lock.unlock).waitFor()
  await visit('lock')
}

async function offeredWords(page: Page): Promise<void> {
  await page
    .locator('[data-offered-passphrase]')
    .getByText(/\w+ \w+/)
    .waitFor()
}
