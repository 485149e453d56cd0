import { type Locator, type Page, expect } from '@playwright/test'

/** What a person presses and types on one page, and where that leads: no pointer, no value set from outside. */
export class Keys {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Presses Tab until something has the focus; a person would too. What is passed on the way has to be seen as well. */
  async to(target: Locator): Promise<void> {
    const STEPS_MAX = 40
    await expect(target).toBeVisible()
    for (let step = 0; step < STEPS_MAX; step++) {
      if (await hasFocus(target)) return this.isFocusSeen()
      await this.page.keyboard.press('Tab')
    }
    throw new Error(`never got the focus: ${String(target)}`)
  }

  async press(target: Locator, key = 'Enter'): Promise<void> {
    await this.to(target)
    await this.page.keyboard.press(key)
  }

  async type(field: Locator, text: string): Promise<void> {
    await this.to(field)
    // Leaves nothing of what a field may hold already.
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.type(text)
    await expect(field).toHaveValue(text)
  }

  /** What a screen's change leads the focus to, without a key. */
  async isLedTo(target: Locator): Promise<void> {
    await expect.poll(() => hasFocus(target), { message: `the focus is led to ${String(target)}` }).toBe(true)
    await this.isFocusSeen()
  }

  /** The focus is on something, that is in sight, and an outline says so. */
  async isFocusSeen(): Promise<void> {
    await expect
      .poll(() => this.page.evaluate(describeFocus))
      .toEqual({
        isOnSomething: true,
        isFocusVisible: true,
        hasOutline: true,
        isInSight: true,
        isUncovered: true,
      })
  }
}

// Of pages side by side only one is the active one, so `toBeFocused` would ask for too much.
function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement)
}

/** Runs in the page. */
function describeFocus(): Record<
  'isOnSomething' | 'isFocusVisible' | 'hasOutline' | 'isInSight' | 'isUncovered',
  boolean
> {
  const element = document.activeElement ?? document.body
  // A link that fills its row is outlined by what it draws after itself.
  const hasOutline = [undefined, '::after'].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element, part)
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
  })
  const box = element.getBoundingClientRect()
  return {
    isOnSomething: element !== document.body,
    isFocusVisible: element.matches(':focus-visible'),
    hasOutline,
    // All of what fits: something taller than the window can't be in sight as a whole.
    isInSight: box.width > 0 && box.top >= 0 && box.top < innerHeight - Math.min(box.height, 40) && box.left >= 0,
    // WCAG 2.2, 2.4.11: something of it is not under a bar or a message.
    isUncovered: [0.25, 0.5, 0.75].some((part) => {
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height * part)
      return top !== null && (element.contains(top) || top.contains(element))
    }),
  }
}
