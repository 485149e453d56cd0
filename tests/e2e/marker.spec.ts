import { AxeBuilder } from '@axe-core/playwright'
import type { CDPSession, Page } from '@playwright/test'
import { type Device, en, expect, test } from './salus.ts'

const { series, result, field } = en
/** Newest first, as the table has them. */
const VALUES = ['612', '<20', '577'] as const

test(
  'keys read each point of a marker’s chart, and the table says the same',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    await device.firstRun(salus.url)
    await openTestosterone(device)

    const rows = page.locator('main table tbody tr')
    await expect(rows).toHaveCount(VALUES.length)
    await page.locator('figure').focus()
    const said = page.locator('figcaption')
    for (const [index, value] of VALUES.entries()) {
      await page.keyboard.press(index === 0 ? 'End' : 'ArrowLeft')
      await expect(said).toContainText(value)
      await expect(rows.nth(index)).toContainText(value)
      const date = (await said.textContent())?.split(':')[0] ?? 'no date'
      await expect(rows.nth(index)).toContainText(date)
    }
    // Zoomed in, a point out of sight is brought back by its key; nothing is lost by 0.
    const from = (): Promise<string | null> => page.locator('figure [data-from]').getAttribute('data-from')
    const whole = await from()
    for (const key of ['+', '+', '+', 'End']) await page.keyboard.press(key)
    await expect.poll(from).not.toBe(whole)
    for (const key of ['-', '0']) await page.keyboard.press(key)
    await expect.poll(from).toBe(whole)
    await expect(said).toContainText(VALUES[0])
    await expect(page.getByRole('button', { name: series.spans.all })).toHaveAttribute('aria-pressed', 'false')
    await page.getByRole('button', { name: series.spans.year }).click()
    await expect(page.getByRole('button', { name: series.spans.year })).toHaveAttribute('aria-pressed', 'true')
  },
)

test(
  'a marker is read in another unit, also after a lock, and stays as it was reported',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    await device.firstRun(salus.url)
    await openTestosterone(device)
    await page.getByLabel(field.unit).selectOption({ label: 'nmol/L' })
    await expect(page.locator('.figure').first()).toContainText('21.2')
    await expect(page.getByText(series.convertedFrom('612 ng/dL'))).toBeVisible()
    const newest = page.locator('main table tbody tr').first()
    await expect(newest).toContainText(series.reportedAs('612 ng/dL'))
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])

    await device.lock()
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('testosterone')
    await device.unlock()
    await expect(page.locator('.figure').first()).toContainText('21.2')
  },
)

test(
  'an implausible number is asked about once, and saved as it stands when that is meant',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    await device.firstRun(salus.url)
    await device.openLabs()
    await page.getByRole('link', { name: en.labs.newResult }).first().click()
    await page.getByRole('combobox', { name: result.marker }).fill('hba1c')
    await page.getByRole('option').first().click()
    await page.getByLabel(result.value, { exact: true }).fill('38')
    await device.button(en.act.save).click()
    await expect(device.button(field.useUnit('mmol/mol'))).toBeFocused()
    await device.button(field.useUnit('mmol/mol')).click()
    await expect(device.shown('38')).toBeVisible()
    await expect(device.shown('mmol/mol')).toBeVisible()
  },
)

test(
  'fingers read a chart: a tap points, two spread it, one drags it, and up and down still scrolls the page',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice({ hasTouch: true, isMobile: true })
    const { page } = device
    await device.openSample(salus.url)
    await device.openLabs()
    await page.getByRole('link', { name: 'Testosterone, total' }).first().click()
    await expect(page.locator('figure canvas')).toBeVisible()
    const touch = await Fingers.of(page)
    const { x, y, width } = await touch.boxOf('figure .u-over')
    const [middle, height] = [x + width / 2, y + 60]
    const shown = async (): Promise<{ from: number; days: number }> => {
      const { from, to } = await page
        .locator('figure [data-from]')
        .evaluate((plot: HTMLElement) => ({ ...plot.dataset }))
      return { from: Number(from), days: (Number(to) - Number(from)) / 86_400 }
    }
    const said = page.locator('figcaption')
    const whole = await shown()

    await touch.move([[[middle, height]]])
    await expect(said).toContainText('ng/dL')
    await touch.move([
      [
        [middle - 30, height],
        [middle + 30, height],
      ],
      [
        [middle - 60, height],
        [middle + 60, height],
      ],
      [
        [middle - 120, height],
        [middle + 120, height],
      ],
    ])
    await expect.poll(async () => (await shown()).days).toBeLessThan(whole.days / 2)
    await expect(page.getByRole('button', { name: series.spans.all })).toHaveAttribute('aria-pressed', 'false')
    const near = await shown()
    const before = await said.textContent()
    await touch.move([[[middle - 40, height]], [[middle, height]], [[middle + 60, height]]])
    await expect.poll(async () => (await shown()).from).toBeLessThan(near.from)
    expect((await shown()).days).toBeCloseTo(near.days, 0)
    expect(await said.textContent()).toBe(before)

    await touch.move([[[middle, height]], [[middle, height - 40]], [[middle, height - 90]], [[middle, height - 150]]])
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(60)
    expect(await said.textContent()).toBe(before)
    // Keys and the table twin are there all the same.
    await page.locator('figure').focus()
    await page.keyboard.press('Home')
    expect(await said.textContent()).not.toBe(before)
    await expect(page.locator('main table tbody tr').last()).toContainText(
      (await said.textContent())?.split(':')[0] ?? '-',
    )
  },
)

type Place = readonly [x: number, y: number]

/** Touches as a screen sends them, below anything that a page could tell from a real one. */
class Fingers {
  readonly #page: Page
  readonly #session: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.#page = page
    this.#session = session
  }

  static async of(page: Page): Promise<Fingers> {
    return new Fingers(page, await page.context().newCDPSession(page))
  }

  async boxOf(selector: string): Promise<{ x: number; y: number; width: number }> {
    const box = await this.#page.locator(selector).boundingBox()
    if (box === null) throw new Error(`${selector} is not shown`)
    return box
  }

  /** Puts fingers down at the first places, moves them through the others, a frame each, and lifts them. */
  async move(steps: readonly (readonly Place[])[]): Promise<void> {
    for (const [index, places] of steps.entries()) {
      const touchPoints = places.map(([x, y], id) => ({ x, y, id }))
      await this.#session.send('Input.dispatchTouchEvent', {
        type: index === 0 ? 'touchStart' : 'touchMove',
        touchPoints,
      })
      await this.#page.evaluate(() => new Promise((done) => requestAnimationFrame(done)))
    }
    await this.#session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
}

async function openTestosterone(device: Device): Promise<void> {
  const { page } = device
  for (const [index, value] of [...VALUES].reverse().entries()) {
    await device.openLabs()
    await page.getByRole('link', { name: en.labs.newResult }).first().click()
    await page.getByRole('combobox', { name: result.marker }).fill('testosterone')
    await page.getByRole('option').first().click()
    await page.getByLabel(field.unit).selectOption({ label: 'ng/dL' })
    await page.getByLabel(result.value, { exact: true }).fill(value)
    await page.getByLabel(result.drawn, { exact: true }).fill(`2025-0${index + 2}-11`)
    await device.button(en.act.save).click()
    await expect(device.shown(value)).toBeVisible()
  }
  await device.openLabs()
  await page
    .getByRole('link', { name: /testosterone/i })
    .first()
    .click()
  await expect(page.locator('figure canvas')).toBeVisible()
}
