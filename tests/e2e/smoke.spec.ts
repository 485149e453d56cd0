import { expect, test } from '@playwright/test'
import { GREETING_PAGE, type StillPage, serveStillPage } from '../browsers/still-page.ts'

let site: StillPage
test.beforeAll(async () => {
  site = await serveStillPage(GREETING_PAGE)
})
test.afterAll(() => site.close())

test('the engine opens a local page, types and clicks', async ({ page }) => {
  await page.goto(site.url)
  await page.getByLabel('Name').fill('Ada')
  await page.getByRole('button', { name: 'Greet' }).click()
  await expect(page.locator('#greeting')).toHaveText('Hello, Ada')
})
