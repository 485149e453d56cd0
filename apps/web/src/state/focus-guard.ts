/**
 * The focus is never lost: when what has it goes away and the screen names no place for it, it goes to the heading of
 * what stood around it. Without this, a keyboard would start again at the top of the page, and a screen reader say nothing.
 */
class FocusGuard {
  /** What has had the focus, and what stood around it then: removed, it has no ancestors to ask. */
  #last: Element | undefined
  #around: readonly Element[] = []
  /** What had the focus in the main content, for what comes and goes outside of it: a message with a button. */
  #lastInMain: Element | undefined

  start(): void {
    document.addEventListener('focusin', ({ target }) => {
      if (!(target instanceof Element)) return
      this.#last = target
      this.#around = ancestorsOf(target)
      if (target.closest('main') !== null) this.#lastInMain = target
    })
    new MutationObserver(() => this.#look()).observe(document.body, {
      childList: true,
      subtree: true,
      attributeFilter: ['hidden', 'disabled', 'open'],
    })
  }

  #look(): void {
    // A tap beside everything takes the focus away as well, and leaves its owner where it is.
    if (document.activeElement !== document.body || this.#last === undefined || canHoldFocus(this.#last)) return
    const place = this.#place()
    if (place === undefined) return
    if (!place.hasAttribute('tabindex') && /^H\d$/.test(place.tagName)) place.setAttribute('tabindex', '-1')
    place.focus({ preventScroll: true })
    // Whoever taps is not carried off; whoever uses keys has to see where they are.
    if (place.matches(':focus-visible')) place.scrollIntoView({ block: 'nearest' })
  }

  #place(): HTMLElement | undefined {
    const wasInMain = this.#around.some((element) => element.tagName === 'MAIN')
    const former = this.#lastInMain
    if (!wasInMain && former instanceof HTMLElement && canHoldFocus(former)) return former
    for (const around of wasInMain ? this.#around : []) {
      const heading = around.isConnected ? headingIn(around) : undefined
      if (heading !== undefined) return heading
      if (around.tagName === 'MAIN') break
    }
    const main = document.querySelector('main')
    return main === null ? undefined : headingIn(main)
  }
}

export const focusGuard = new FocusGuard()

function ancestorsOf(element: Element): readonly Element[] {
  const found: Element[] = []
  for (let at = element.parentElement; at !== null; at = at.parentElement) found.push(at)
  return found
}

function canHoldFocus(element: Element): boolean {
  return element.isConnected && element.checkVisibility() && !element.matches(':disabled')
}

function headingIn(around: Element): HTMLElement | undefined {
  return [...around.querySelectorAll<HTMLElement>('[data-first-focus], h1, h2, h3')].find((heading) =>
    heading.checkVisibility(),
  )
}
