/** Colours of a chart, resolved for a canvas. */
export interface Palette {
  readonly ink: string
  readonly soft: string
  readonly card: string
  readonly yours: string
  readonly watch: string
  /** Undefined where the system's colours rule: the range is then two dashed lines. */
  readonly range: string | undefined
}

const FORCED: Palette = {
  ink: 'CanvasText',
  soft: 'CanvasText',
  card: 'Canvas',
  yours: 'CanvasText',
  watch: 'CanvasText',
  range: undefined,
}

/**
 * A custom property may hold light-dark(), which a canvas doesn't know: the browser resolves it as a colour.
 *
 * @param isOnPaper paper is light, whatever the screen is
 */
export function readPalette(host: HTMLElement, isOnPaper: boolean): Palette {
  if (matchMedia('(forced-colors: active)').matches) return FORCED
  const read = (name: string): string => {
    host.style.color = `var(--${name})`
    const { color } = getComputedStyle(host)
    host.style.color = ''
    return color
  }
  // With less motion each change lasts 0.01 ms: read at once, it would still be the colour before.
  host.style.setProperty('transition', 'none', 'important')
  if (isOnPaper) host.style.colorScheme = 'light'
  const palette = {
    ink: read('ink'),
    soft: read('soft'),
    card: read('card'),
    yours: read('yours'),
    watch: read('watch'),
    range: read('range'),
  }
  host.style.colorScheme = ''
  host.style.transition = ''
  return palette
}
