import { en, expect, test } from './salus.ts'

test('from an invite to a first result that survives reload and lock', async ({ salus, openDevice }) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink())
  expect(phone.page.url(), 'the invite is gone from the address').not.toContain('invite')
  await phone.addResult('testosterone', '17.7')
  await phone.isInStep()

  await phone.page.reload()
  await phone.unlock()
  await phone.page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(phone.shown('17.7')).toBeVisible()
  // With results of one day there is no other day to head a column.
  await expect(phone.page.getByText(en.time.undated)).toHaveCount(0)
})
