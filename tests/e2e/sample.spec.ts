import { en, expect, test } from './salus.ts'

test('sample data opens marked, takes a dose and a check-in, and leaves nothing on the disk', async ({
  openDevice,
  salus,
}) => {
  const phone = await openDevice()
  const { page } = phone
  const { sample, today } = en
  await phone.openSample(salus.url)
  const marker = page.getByRole('complementary', { name: sample.marker })
  await expect(marker).toBeVisible()

  await page.getByRole('button', { name: /^Again: Testosterone cypionate/ }).click()
  await expect(page.locator('a.taken')).toHaveCount(1)
  const four = page.getByRole('radio', { name: today.rating(today.scale.energy, 4, 5), exact: true })
  await four.check()
  await four.press('ArrowRight')
  await expect(page.getByRole('radio', { name: today.rating(today.scale.energy, 5, 5), exact: true })).toBeChecked()
  await phone.button(today.clearCheckIn).click()
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(0)

  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  await expect(marker).toBeVisible()
  await phone.button(sample.leave).click()
  await expect(phone.button(en.onboarding.start)).toBeVisible()
  const rows = await page.evaluate(async () => {
    const counts: number[] = []
    for (const { name, version } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '', version)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(new Error('no database'))
      })
      for (const store of database.objectStoreNames) {
        const request = database.transaction(store).objectStore(store).count()
        counts.push(await new Promise<number>((resolve) => (request.onsuccess = () => resolve(request.result))))
      }
      database.close()
    }
    return counts
  })
  expect(rows.reduce((sum, count) => sum + count, 0)).toBe(0)
})

test('from the sample somebody goes straight to a record of their own', async ({ openDevice, salus }) => {
  const phone = await openDevice()
  const { page } = phone
  await phone.openSample(salus.url, 'woman')
  await phone.button(en.sample.startOwn).click()
  await expect(page.locator('[data-offered-passphrase]')).toBeVisible()
})

test('a chart has its own colours also where motion is reduced @chromium-only', async ({ openDevice, salus }) => {
  const phone = await openDevice()
  const { page } = phone
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' })
  await phone.openSample(salus.url)
  await phone.openLabs()
  await page.getByRole('link', { name: 'Testosterone, total' }).first().click()
  const canvas = page.locator('figure canvas')
  await expect(canvas).toBeVisible()
  // The range in ink would be most of it: lines, dots and ticks are a few hundredths.
  const isDark = await canvas.evaluate((element: HTMLCanvasElement) => {
    const pixels = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? []
    let dark = 0
    for (let at = 0; at < pixels.length; at += 4) {
      const isInk = (pixels[at] ?? 255) + (pixels[at + 1] ?? 255) + (pixels[at + 2] ?? 255) < 200
      if (isInk && (pixels[at + 3] ?? 0) > 200) dark++
    }
    return dark / (pixels.length / 4)
  })
  expect(isDark).toBeGreaterThan(0)
  expect(isDark).toBeLessThan(0.2)
})
