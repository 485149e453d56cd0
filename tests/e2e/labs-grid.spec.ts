import { AxeBuilder } from '@axe-core/playwright'
import { gridNdjson } from '../bench/grid-workload.ts'
import { en, expect, test } from './salus.ts'

const PANEL: readonly (readonly [marker: string, value: string])[] = [
  ['shbg', '31'],
  ['ferritin', '<0,5'],
  ['tsh', '2,1'],
  ['haematocrit', '48.8'],
  ['haemoglobin', '150'],
  ['psa', '0.82'],
  ['ldl', '3.1'],
  ['potassium', '4.2'],
  ['sodium', '140'],
  ['a1c', '35'],
]

test(
  'ten markers are typed by keys alone into a new panel, and more straight into the grid',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice()
    const { page } = device
    const { labs, field } = en
    await device.firstRun(salus.url)
    await device.openLabs()
    await page.getByRole('link', { name: labs.newPanel }).click()
    const marker = page.getByRole('combobox', { name: labs.addMarker })
    await expect(page.getByRole('heading', { name: labs.newPanel })).toBeFocused()
    // A date field has a stop for each of its parts.
    for (let stop = 0; stop < 16; stop++) {
      if (await marker.evaluate((element) => element === document.activeElement)) break
      await page.keyboard.press('Tab')
    }
    for (const [name, value] of PANEL) {
      await expect(marker).toBeFocused()
      await page.keyboard.type(name)
      await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
      await page.keyboard.press('Enter')
      await expect(page.locator('input[name="panel-value"]').last()).toBeFocused()
      await page.keyboard.type(value)
      await page.keyboard.press('Enter')
    }
    // 35 is no HbA1c in per cent: the question has to be answered before it is saved.
    await expect(page.getByRole('alert')).toContainText(field.implausible)
    await expect(page.getByText(labs.savedOf(9, 10))).toBeVisible()
    // Past the unit to the first answer.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await expect(device.button(field.useUnit('mmol/mol'))).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByText(labs.savedOf(10, 10))).toBeVisible()
    const panel = await new AxeBuilder({ page }).analyze()
    expect(panel.violations.map(({ id }) => id)).toEqual([])
    await device.button(labs.panelDone).click()
    await expect(page).toHaveURL(/\/labs$/)

    await page.setViewportSize({ width: 1280, height: 800 })
    const grid = page.getByRole('grid', { name: labs.gridLabel })
    await expect(grid.getByRole('row')).not.toHaveCount(0)
    const cell = grid.getByRole('gridcell', { name: '31', exact: true })
    await cell.click()
    await page.keyboard.type('1.234')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText(field.ambiguousNumber)
    await page.keyboard.press('Escape')
    await expect(cell).toBeFocused()
    await page.keyboard.type('32,5')
    await page.keyboard.press('Enter')
    await expect(grid.getByRole('gridcell', { name: '32,5' })).toBeVisible()
    await expect(grid.getByRole('textbox')).toHaveCount(0)
    await page.keyboard.press('Control+Home')
    await expect(grid.getByRole('link').first()).toBeFocused()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([])
  },
)

const DESKTOP = { viewport: { width: 1280, height: 800 } }

test(
  'a whole draw is typed into a new column, and what auto-lock interrupts comes back, in the grid and over a saved row',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice(DESKTOP)
    const { page } = device
    const { labs, result, sync } = en
    await page.clock.install()
    await device.firstRun(await salus.inviteLink())
    // Three kinds of testosterone, twice.
    await device.importFile({ name: 'draws.ndjson', bytes: gridNdjson({ label: '', markers: 3, days: 2 }) }, 6)
    await device.openLabs()
    await device.isInStep()
    await device.isReadyForOffline()
    await salus.stop()
    const grid = page.getByRole('grid', { name: labs.gridLabel })
    await device.button(labs.newPanel).click()
    await expect(grid.locator('td:focus')).toBeVisible()
    await page.locator('input[name="column-time"]').fill('00:00')
    await page.getByLabel(result.laboratory).fill('City lab')
    await grid.locator('[data-at="0:1"]').click()
    const editor = grid.getByRole('textbox')
    for (const [value, key] of [
      ['5', 'Enter'],
      ['300', 'Tab'],
      ['20', 'Enter'],
    ] as const) {
      await page.keyboard.type(value)
      await page.keyboard.press(key)
      await expect(grid.getByRole('gridcell', { name: `${sync.notOnRelay}: ${value}`, exact: true })).toBeVisible()
      if (value !== '20') await expect(editor).toBeFocused()
    }
    await expect(page.getByRole('combobox', { name: labs.addMarker })).toBeFocused()
    await page.keyboard.type('ferritin')
    await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(editor).toBeFocused()
    await page.keyboard.type('41')

    await page.clock.fastForward('06:00')
    await device.isLocked()
    expect(await page.content()).not.toMatch(/ferritin|city lab/i)
    await salus.restart()
    await device.unlock()
    await expect(editor).toHaveValue('41')
    await expect(page.locator('input[name="column-time"]')).toHaveValue('00:00')
    await page.keyboard.press('Enter')
    await expect(grid.getByRole('gridcell', { name: '41' })).toBeVisible()
    await expect(grid.getByText(sync.notOnRelay)).toHaveCount(0)
    await device.button(labs.panelDone).click()
    await grid.getByRole('gridcell', { name: '41' }).click()
    await page.getByRole('link', { name: labs.openResult, exact: true }).click()
    await expect(page.getByLabel(result.laboratory)).toHaveValue('City lab')
    await expect(page.locator('input[name="time"]')).toHaveValue('00:00')

    await device.openLabs()
    await page.getByRole('link', { name: labs.asList }).click()
    await page.getByRole('combobox', { name: labs.addMarker }).fill('tsh')
    await page.getByRole('listbox').getByRole('option').first().click()
    await page.locator('input[name="panel-value"]').fill('2.1')
    await page.keyboard.press('Enter')
    await expect(page.getByText(labs.savedOf(1, 1))).toBeVisible()
    await page.locator('input[name="panel-value"]').fill('2.4')
    await page.clock.fastForward('06:00')
    await device.isLocked()
    await device.unlock()
    await expect(page.locator('input[name="panel-value"]')).toHaveValue('2.4')
    await device.button(labs.panelDone).click()
    // It was changed, not entered twice.
    await expect(grid.getByRole('gridcell', { name: '2.4' })).toBeVisible()
    await expect(grid.getByText('+1')).toHaveCount(0)
  },
)

test(
  'of many markers and days the grid renders what is in sight, leads everywhere by keys, and prints all',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice(DESKTOP)
    const { page } = device
    const { labs } = en
    const [markers, days] = [60, 30]
    await device.firstRun(salus.url)
    await device.importFile({ name: 'many.ndjson', bytes: gridNdjson({ label: '', markers, days }) }, markers * days)
    await device.openLabs()
    const grid = page.getByRole('grid', { name: labs.gridLabel })
    await expect(grid).toHaveAttribute('aria-colcount', String(days + 1))
    await grid.locator('[data-at="0:1"]').click()
    for (const [key, at] of [
      ['Control+End', `${markers - 1}:${days}`],
      ['Control+Home', '0:0'],
      ['PageDown', undefined],
      ['End', undefined],
    ] as const) {
      await page.keyboard.press(key)
      const focused = grid.locator('[data-at]:focus')
      await expect(focused).toBeInViewport()
      if (at !== undefined) await expect(focused).toHaveAttribute('data-at', at)
    }
    await expect(grid.locator('td:focus')).toHaveText(/\d/)
    expect(await grid.getByRole('gridcell').count()).toBeLessThan(500)
    const rowCount = Number(await grid.getAttribute('aria-rowcount'))
    expect(rowCount).toBeGreaterThan(markers)
    const last = grid.locator('tbody tr[aria-rowindex]').last()
    expect(Number(await last.getAttribute('aria-rowindex'))).toBeLessThanOrEqual(rowCount)

    await page.evaluate(() => {
      window.print = () => undefined
    })
    await device.button(labs.print).click()
    await expect(async () => {
      await page.emulateMedia({ media: 'print' })
      await expect(page.getByText(labs.printedDays(days, days))).toBeVisible({ timeout: 500 })
    }).toPass()
    await expect(page.locator('.print-only tbody').first().getByRole('row')).toHaveCount(markers)
    await expect(page.getByRole('navigation', { name: en.nav.main })).toBeHidden()
    await expect(grid).toBeHidden()
  },
)

test(
  'all of labs is read in SI by one switch, kept sealed, and a marker’s own unit wins',
  { tag: '@chromium-only' },
  async ({ salus, openDevice }) => {
    const device = await openDevice(DESKTOP)
    const { page } = device
    const { labs, series } = en
    await device.openSample(salus.url)
    await device.openLabs()
    const grid = page.getByRole('grid', { name: labs.gridLabel })
    const row = grid.getByRole('row').filter({ hasText: 'Testosterone, total' })
    const newest = row.getByRole('gridcell').first()
    await grid.getByRole('link').first().focus()
    await page.keyboard.press('PageDown')
    const reported = (await newest.textContent())?.trim() ?? ''
    await page.getByLabel(labs.units, { exact: true }).selectOption('si')
    await expect(newest).toContainText(labs.converted.trim())
    await expect(row).toContainText('nmol/L')
    await newest.click()
    await page.getByLabel(`${labs.shownIn} Testosterone, total`).selectOption({ label: labs.asReported })
    await expect(newest).toHaveText(reported)
    await page.getByLabel(`${labs.shownIn} Testosterone, total`).selectOption({ label: labs.asAll(labs.systems.si) })
    await row.getByRole('link').click()
    await expect(page.getByText(series.convertedFrom(`${reported} ng/dL`))).toBeVisible()
    await expect(page.getByText(series.rangeReported('264–916 ng/dL'))).toBeVisible()
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('nmol')
  },
)
