import { AxeBuilder } from '@axe-core/playwright'
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
    for (let stop = 0; stop < 8; stop++) {
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
