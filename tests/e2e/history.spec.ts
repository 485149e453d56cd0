import AxeBuilder from '@axe-core/playwright'
import { en, expect, test } from './salus.ts'

test('a deleted result is found again, and a change is seen and taken back @chromium-only', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  await phone.addResult('ferritin', '41')
  const { page } = phone
  const { history } = en

  await phone.shown('41').click()
  await page.getByRole('link', { name: /41/ }).first().click()
  await page.getByLabel(en.result.value, { exact: true }).fill('14')
  await phone.button(en.act.save).click()
  await expect(phone.shown('14')).toBeVisible()

  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: history.title }).first().click()
  await expect(page.getByText(/41 .*→ ?14 /)).toBeVisible()
  await page
    .getByRole('link', { name: /^Ferritin/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { name: history.ofRecord })).toBeFocused()
  await page.screenshot({ path: 'test-results/history.png' })
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.getByRole('button', { name: new RegExp(`^${history.backTo}`) }).click()
  await expect(page.getByText(history.acts.changed).first()).toBeVisible()

  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(phone.shown('41')).toBeVisible()
  await phone.shown('41').click()
  await page.getByRole('link', { name: /41/ }).first().click()
  await phone.button(en.result.delete).click()
  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page.getByRole('link', { name: history.deletedTitle }).first().click()
  await page.screenshot({ path: 'test-results/deleted.png' })
  await page.getByRole('button', { name: /^Restore: Ferritin/ }).click()
  await expect(page.getByText(history.deletedNone)).toBeVisible()
  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(phone.shown('41')).toBeVisible()
})
