import { en, expect, test } from './salus.ts'

test('after a look at the sample a check-in and its note are written on Today, read over time by eye and key, changed, deleted and taken back @chromium-only', async ({
  openDevice,
  salus,
}) => {
  const phone = await openDevice()
  await phone.firstRun(salus.url)
  const { page } = phone
  const { today, checkIns, act, field } = en
  const dot = (scale: keyof typeof today.scale, rating: number) =>
    page
      .getByRole('radio', { name: today.rating(today.scale[scale], rating, 5), exact: true })
      .filter({ visible: true })

  // An empty record offers the sample, in a vault of its own; the way back is the lock.
  await page.getByText(en.sample.title).click()
  await expect(page.getByText(en.sample.locksOwn)).toBeVisible()
  await phone.button(en.sample.man).click()
  await expect(page.getByRole('complementary', { name: en.sample.marker })).toBeVisible()
  await page.getByRole('link', { name: en.today.change }).first().click()
  await expect(page.getByLabel(en.dose.amount, { exact: true })).toHaveValue(/^(50|0\.25)$/)
  await phone.button(en.sample.leave).click()
  await phone.isLocked()
  await phone.unlock()
  await expect(phone.shown(en.today.emptyTitle)).toBeVisible()

  await page.getByRole('link', { name: today.overTime }).click()
  await expect(phone.shown(checkIns.emptyTitle)).toBeVisible()
  await phone.button(new RegExp(en.nav.today)).click()

  await dot('energy', 4).check()
  await dot('sleep', 2).check()
  await phone.button(today.addNote).click()
  await expect(page.getByLabel(field.note)).toBeFocused()
  await page.keyboard.type('Woke at four')
  await phone.button(act.save).click()
  await expect(phone.shown('Woke at four')).toBeVisible()
  await expect(phone.button(today.changeNote)).toBeFocused()

  await page.getByRole('link', { name: today.overTime }).click()
  const figure = page.locator('figure')
  await figure.focus()
  await page.keyboard.press('End')
  await expect(page.locator('figcaption')).toContainText(today.rating(today.scale.energy, 4, 5))
  await expect(page.locator('figcaption')).toContainText('Woke at four')
  await expect(page.getByRole('table').getByRole('cell')).toHaveText(['4', /not rated/, /not rated/, '2', /not rated/])

  await page.getByRole('table').getByRole('link').click()
  await dot('sleep', 3).check()
  await phone.button(checkIns.delete).click()
  await expect(phone.shown(checkIns.emptyTitle)).toBeVisible()
  await phone.button(act.undo).click()
  await expect(page.getByRole('table').getByRole('cell').nth(3)).toHaveText('3')
  await expect(phone.shown('Woke at four')).toBeVisible()
})
