import { en, expect, test } from './salus.ts'

test('a browser that is closed and opened without network and server unlocks, has everything and takes more', async ({
  salus,
  makeProfile,
}) => {
  const profile = await makeProfile()
  let phone = await profile.open()
  await phone.firstRun(await salus.inviteLink())
  profile.passphrase = phone.passphrase
  await phone.addResult('ferritin', '41')
  await phone.isInStep()
  await phone.isReadyForOffline()
  await phone.page
    .getByRole('link', { name: /ferritin/i })
    .first()
    .click()
  await expect(phone.page).toHaveURL(/\/labs\/[A-Za-z0-9_-]{16}$/)
  const series = phone.page.url()
  await profile.close()
  await salus.stop()

  phone = await profile.open()
  await phone.page.goto(series)
  await phone.unlock()
  await expect(phone.page.getByRole('heading', { name: /ferritin/i })).toBeVisible()
  await phone.addResult('shbg', '31')
  await expect(phone.shown(en.sync.notOnRelay)).toBeVisible()
  await profile.close()

  await salus.restart()
  phone = await profile.open()
  await phone.page.goto(salus.url)
  await phone.unlock()
  await phone.openLabs()
  await expect(phone.shown('31')).toBeVisible()
  await phone.isInStep()
  await expect(phone.page.getByText(en.sync.notOnRelay)).toHaveCount(0)
})
