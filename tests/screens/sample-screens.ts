import type { Page } from 'playwright-core'
import { en } from '../../apps/web/src/messages/en.ts'

/** Opens the sample of a man, from the first screen or from the lock. */
export async function openSample(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByText(en.sample.title, { exact: true }).click()
  await page.getByRole('button', { name: en.sample.man, exact: true }).click()
  await page.getByRole('navigation', { name: en.nav.main }).waitFor()
  await page.getByText('Testosterone cypionate').first().waitFor()
}

/** Goes to a page of the app as one of its links would: a reload would end the sample. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState({ isInner: true }, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  await page.locator('main h1').filter({ visible: true }).last().waitFor()
  // What a subscription answers is on the screen a frame after it came.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await page.waitForLoadState('networkidle')
  // The grid's rows come with a part of the engine that is loaded when it is first asked for.
  const grid = page.getByRole('grid')
  if ((await grid.count()) > 0) await grid.getByRole('rowheader').first().waitFor()
}
