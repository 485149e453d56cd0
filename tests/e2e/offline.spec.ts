import { en, expect, test } from './salus.ts'

test('without server and network the app opens at a deep link, is unlocked, shows and takes what is typed', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink())
  await phone.addResult('ferritin', '41')
  await phone.isInStep()
  await phone.isReadyForOffline()
  const { page } = phone
  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await page
    .getByRole('link', { name: /ferritin/i })
    .first()
    .click()
  await expect(page).toHaveURL(/\/labs\/[A-Za-z0-9_-]{16}$/)

  await salus.stop()
  await page.context().setOffline(true)
  await page.reload()
  await phone.unlock()
  await expect(page.getByRole('heading', { name: /ferritin/i })).toBeVisible()
  await phone.addResult('shbg', '31')
  await expect(page.getByText(en.sync.notOnRelay).first()).toBeVisible()
})

test('with the relay dead a reload and deep links work, and what was written waits until it is back', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  const { page } = phone
  await phone.firstRun(await salus.inviteLink())
  await phone.addResult('ferritin', '41')
  await phone.isInStep()
  await phone.isReadyForOffline()
  await page
    .getByRole('link', { name: /ferritin/i })
    .first()
    .click()
  await expect(page).toHaveURL(/\/labs\/[A-Za-z0-9_-]{16}$/)
  const series = page.url()

  await salus.stop()
  await page.reload()
  await phone.unlock()
  await expect(page.getByRole('heading', { name: /ferritin/i })).toBeVisible()
  await page.goto(`${salus.url}/devices`)
  await phone.unlock()
  await expect(phone.shown('Phone')).toBeVisible()
  await page.goto(series)
  await phone.unlock()
  await expect(phone.shown('41')).toBeVisible()

  await phone.addResult('shbg', '31')
  await expect(phone.shown(en.sync.notOnRelay)).toBeVisible()
  await page.getByRole('link', { name: en.nav.more, exact: true }).click()
  await page
    .getByRole('link', { name: new RegExp(en.more.statusHelp) })
    .first()
    .click()
  await expect(phone.shown(en.sync.waiting(1))).toBeVisible({ timeout: 30_000 })

  await salus.restart()
  await phone.button(en.sync.now).click()
  await phone.isInStep()
  await expect(phone.shown(en.sync.waitingNone)).toBeVisible()
  await phone.openLabs()
  await expect(page.getByText(en.sync.notOnRelay)).toHaveCount(0)
})

test('what is kept for offline use keeps its own policy, and no answer of the relay is kept', async ({
  salus,
  openDevice,
}) => {
  const phone = await openDevice()
  await phone.firstRun(await salus.inviteLink())
  await phone.isReadyForOffline()
  const kept = await phone.page.evaluate(async () => {
    const entries: { path: string; policy: string }[] = []
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) {
        const response = await cache.match(request)
        entries.push({
          path: new URL(request.url).pathname,
          policy: response?.headers.get('content-security-policy') ?? '',
        })
      }
    }
    return entries
  })
  const policyOf = (start: string): string => kept.find(({ path }) => path.startsWith(start))?.policy ?? ''
  expect(policyOf('/index.html')).toContain("require-trusted-types-for 'script'")
  expect(policyOf('/index.html')).not.toContain('wasm-unsafe-eval')
  expect(policyOf('/assets/engine-worker-')).toContain("connect-src 'self'")
  expect(policyOf('/assets/kdf-worker-')).toContain("'wasm-unsafe-eval'")
  expect(kept.filter(({ path }) => !/^\/(assets|icons)\/|^\/(index\.html|manifest\.webmanifest)$/.test(path))).toEqual(
    [],
  )
})
