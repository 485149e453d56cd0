import { AxeBuilder } from '@axe-core/playwright'
import { type Page, expect } from '@playwright/test'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** A screen as it stands is free of axe's findings, and all that is on it has room. */
export async function look(page: Page, name: string): Promise<void> {
  // The app has no frames, so axe needs no page of its own to gather what they say.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode().analyze()
  expect(
    violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target.join(' ')) })),
    name,
  ).toEqual([])
  await hasRoom(page, name)
}

/** Nothing is wider than what holds it, and no text is squeezed into a column of letters. */
export async function hasRoom(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const found = document.documentElement.scrollWidth > window.innerWidth ? ['the page'] : []
    // What stands over the page does not make it wider: each is looked at by itself.
    for (const over of document.querySelectorAll('nav, dialog[open], .toast, aside, .update-bar')) {
      const box = over.getBoundingClientRect()
      const isOut = box.left < 0 || box.right > window.innerWidth + 1
      if (isOut || over.scrollWidth > over.clientWidth + 1) found.push(over.className || over.tagName)
    }
    // What could not get wider gets tall: a column of letters is no text.
    for (const element of document.querySelectorAll('#app *')) {
      const isText = [...element.childNodes].some((node) => node instanceof Text && node.data.trim().length > 8)
      const { width, height } = element.getBoundingClientRect()
      const em = Number.parseFloat(getComputedStyle(element).fontSize)
      if (isText && element.checkVisibility() && width > 2 && width < 3 * em && height > 6 * em)
        found.push(`squeezed: ${element.textContent.trim().slice(0, 30)}`)
    }
    return found
  })
  expect(wide, `${name} has no room`).toEqual([])
}
