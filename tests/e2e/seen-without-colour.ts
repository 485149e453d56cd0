import type { Page } from '@playwright/test'

/** What a screen would tell by colour alone where the system's colours are forced; each a line for a reader. */
export async function findToldByColourAlone(page: Page): Promise<readonly string[]> {
  await page.emulateMedia({ forcedColors: 'none' })
  const coloured = await page.evaluate(countColouredPixels)
  await page.evaluate(markWhatIsSeen)
  await page.emulateMedia({ forcedColors: 'active' })
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  const faults = await page.evaluate(findLost)
  if (coloured > 0 && (await page.evaluate(countColouredPixels)) > 0) faults.push('a chart keeps colours of its own')
  return faults
}

/** What moves for longer than a blink, though the owner asked for less motion. */
export function findMotion(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const MOTION_MS_MAX = 10
    const found = document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().endTime ?? 0) > MOTION_MS_MAX)
      .map((animation) => `runs: ${animation.constructor.name}`)
    for (const element of document.querySelectorAll('*')) {
      for (const part of [undefined, '::before', '::after']) {
        const { transitionDuration, animationDuration } = getComputedStyle(element, part)
        const seconds = `${transitionDuration},${animationDuration}`.split(',').map((text) => Number.parseFloat(text))
        if (seconds.some((one) => one * 1000 > MOTION_MS_MAX))
          found.push(`may move: ${element.tagName} ${element.className}`)
      }
    }
    return [...new Set(found)]
  })
}

/** Runs in the page, in the app's own colours: marks each surface and each drawn shape that can be told from its ground. */
function markWhatIsSeen(): void {
  const isClear = (colour: string): boolean => colour === 'transparent' || /^rgba.*, 0\)$|\/ 0\)$/.test(colour)
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at)
      if (!isClear(backgroundColor)) return backgroundColor
    }
    return 'rgb(255, 255, 255)'
  }
  for (const element of document.querySelectorAll('body *')) {
    element.removeAttribute('data-seen')
    const { width, height } = element.getBoundingClientRect()
    if (!element.checkVisibility() || (width === 0 && height === 0)) continue
    const style = getComputedStyle(element)
    if (element instanceof SVGGeometryElement) {
      const isSeen = [style.fill, style.stroke].some(
        (colour) => colour !== 'none' && !isClear(colour) && colour !== groundOf(element),
      )
      if (isSeen) element.setAttribute('data-seen', 'shape')
    } else if (!isClear(style.backgroundColor) && style.backgroundColor !== groundOf(element.parentElement)) {
      element.setAttribute('data-seen', 'surface')
    }
  }
}

/** Runs in the page, in forced colours: what was marked and is lost, and what is chosen and looks like its neighbours. */
function findLost(): string[] {
  const CONTRAST_MIN = 3
  const isClear = (colour: string): boolean => colour === 'transparent' || /^rgba.*, 0\)$|\/ 0\)$/.test(colour)
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at)
      if (!isClear(backgroundColor)) return backgroundColor
    }
    return 'rgb(255, 255, 255)'
  }
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((text) => {
      const part = Number(text) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  // WCAG 2.2, "contrast ratio".
  const isTold = (colour: string, ground: string): boolean => {
    if (colour === 'none' || isClear(colour)) return false
    const [light = 0, dark = 0] = [luminance(colour), luminance(ground)].sort((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05) >= CONTRAST_MIN
  }
  const nameOf = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${(element.getAttribute('class') ?? '').split(' ')[0] ?? ''} “${(element.textContent || element.getAttribute('aria-label') || '').trim().slice(0, 30)}”`
  const hasEdge = (element: Element): boolean => {
    const style = getComputedStyle(element)
    const ground = groundOf(element.parentElement)
    const edges = (['top', 'right', 'bottom', 'left'] as const).map((side) => ({
      line: style.getPropertyValue(`border-${side}-style`),
      width: style.getPropertyValue(`border-${side}-width`),
      colour: style.getPropertyValue(`border-${side}-color`),
    }))
    edges.push({ line: style.outlineStyle, width: style.outlineWidth, colour: style.outlineColor })
    return edges.some(
      ({ line, width, colour }) => line !== 'none' && Number.parseFloat(width) > 0 && isTold(colour, ground),
    )
  }

  const faults: string[] = []
  for (const element of document.querySelectorAll('[data-seen="surface"]')) {
    const ground = getComputedStyle(element).backgroundColor
    const isGroundTold = isTold(ground, groundOf(element.parentElement))
    if (element.checkVisibility() && !hasEdge(element) && !isGroundTold)
      faults.push(`a surface is lost: ${nameOf(element)}`)
  }
  for (const element of document.querySelectorAll('[data-seen="shape"]')) {
    const { fill, stroke } = getComputedStyle(element)
    const ground = groundOf(element)
    if (element.checkVisibility() && !isTold(fill, ground) && !isTold(stroke, ground))
      faults.push(
        `a shape is lost: ${element.tagName} ${element.getAttribute('class') ?? ''} in ${nameOf(element.closest('svg') ?? element)}`,
      )
  }

  // Edges, lines and weight: what forced colours leave of the look of something that is chosen.
  const lookOf = (element: Element): string => {
    const style = getComputedStyle(element)
    return [
      style.outlineStyle === 'none' ? '' : style.outlineStyle + style.outlineWidth,
      style.borderWidth,
      style.borderStyle,
      style.textDecorationLine,
      Number(style.fontWeight) >= 600,
    ].join(' ')
  }
  const CHOSEN = '[aria-current], [aria-pressed="true"], [aria-selected="true"], input:checked'
  for (const chosen of document.querySelectorAll(CHOSEN)) {
    const group = chosen.closest('ul, ol, [role="group"], [role="listbox"], fieldset, table, nav')
    // The browser's own boxes have a tick.
    const isDrawnByBrowser = chosen.tagName === 'INPUT' && getComputedStyle(chosen).appearance === 'auto'
    if (group === null || !chosen.checkVisibility() || isDrawnByBrowser) continue
    const others = [...group.querySelectorAll(chosen.tagName)].filter((other) => !other.matches(CHOSEN))
    if (others.some((other) => lookOf(other) === lookOf(chosen)))
      faults.push(`what is chosen looks like the others: ${nameOf(chosen)}`)
  }
  return [...new Set(faults)]
}

/** Runs in the page: pixels of its charts that are no grey; Chromium's forced colours for a canvas are black and white. */
function countColouredPixels(): number {
  let count = 0
  for (const canvas of document.querySelectorAll('canvas')) {
    const context = canvas.width === 0 ? null : canvas.getContext('2d')
    if (context === null || !canvas.checkVisibility()) continue
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4)
      if (alpha > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 24) count++
    }
  }
  return count
}
