import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { visitFirstScreens } from '../screens/first-screens.ts'
import { goTo, openSample } from '../screens/sample-screens.ts'
import { SCREENS, SIZES } from '../screens/screen-list.ts'
import { en, expect, test } from './salus.ts'
import { findMotion, findToldByColourAlone } from './seen-without-colour.ts'

/** Rules of axe that judge colours. The others are asked of these screens in accessibility.spec.ts. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block']

// Only Chromium's driver can force colours.
test('in forced colours no screen tells anything by colour alone, and with less motion none moves @chromium-only', async ({
  salus,
  openDevice,
}, info) => {
  const { page } = await openDevice()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const look = async (name: string, axe = new AxeBuilder({ page }).withRules(OF_COLOUR)): Promise<void> => {
    expect(await findMotion(page), name).toEqual([])
    expect(await findToldByColourAlone(page), name).toEqual([])
    const { violations } = await axe.setLegacyMode().analyze()
    expect(
      violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target.join(' ')) })),
      name,
    ).toEqual([])
    const folder = process.env['SALUS_LOOK']
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${info.project.name}.png` })
  }

  const everyRule = (): AxeBuilder => new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
  await visitFirstScreens(page, salus.url, (name) => look(name, everyRule()))
  await openSample(page, salus.url)
  for (const { name, path } of SCREENS) {
    await goTo(page, path)
    if (path === '/') await page.getByRole('radio').nth(3).check()
    if (path === '/labs/new') await openChoices(page)
    await look(name)
  }
  await openMarker(page)
  await look('marker')
  await page.getByRole('table').getByRole('link').first().click()
  await expect(page.getByRole('button', { name: en.result.delete, exact: true })).toBeVisible()
  await look('result')
  await page.getByRole('button', { name: en.result.delete, exact: true }).click()
  await expect(page.locator('.toast')).toBeVisible()
  await look('toast')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('dialog')
  await page.keyboard.press('Escape')

  await page.setViewportSize(SIZES[1])
  for (const path of ['/labs', '/settings', '/'] as const) {
    await goTo(page, path)
    if (path === '/labs') await page.getByRole('button', { name: en.labs.newPanel, exact: true }).click()
    await look(`desktop${path.replace('/', '-')}`)
  }
  await openMarker(page)
  await look('desktop-marker')
})

test('the check of forced colours finds what is told by colour alone @chromium-only', async ({ salus, openDevice }) => {
  const { page } = await openDevice()
  await page.goto(salus.url)
  await expect(page.getByRole('button', { name: en.onboarding.start, exact: true })).toBeVisible()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(() => {
    const add = (tag: string, into: Element, look: Partial<CSSStyleDeclaration>): Element => {
      const element =
        tag === 'svg' || tag === 'circle'
          ? document.createElementNS('http://www.w3.org/2000/svg', tag)
          : document.createElement(tag)
      Object.assign(element.style, look)
      into.append(element)
      return element
    }
    const main = document.querySelector('main') ?? document.body
    add('p', main, { backgroundColor: 'gold', height: '9px' })
    // A colour near to that of the forced ground.
    add('circle', add('svg', main, { width: '20px' }), { fill: '#eee' }).setAttribute('r', '9')
    const group = add('ul', main, {})
    add('button', group, {}).setAttribute('aria-pressed', 'false')
    const chosen = add('button', group, { outline: 'none', color: 'teal' })
    chosen.setAttribute('aria-pressed', 'true')
    add('p', main, {}).animate([{ opacity: 0 }, { opacity: 1 }], { duration: 60_000 })
  })
  expect(await findMotion(page)).toHaveLength(1)
  const found = await findToldByColourAlone(page)
  expect(found.map((line) => line.split(':')[0])).toEqual([
    'a surface is lost',
    'a shape is lost',
    'what is chosen looks like the others',
  ])
})

async function openChoices(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: en.result.marker }).fill('fer')
  await expect(page.getByRole('option', { selected: true })).toBeVisible()
}

async function openMarker(page: Page): Promise<void> {
  await goTo(page, '/labs')
  await page.getByRole('link', { name: 'Testosterone, total' }).first().click()
  await expect(page.locator('figure canvas')).toBeVisible()
}
