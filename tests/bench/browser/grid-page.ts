import type { Page } from 'playwright-core'
import { en } from '../../../apps/web/src/messages/en.ts'

/** What the grid takes, from input to paint, in milliseconds. */
export interface GridTimes {
  /** From the click that opens it to the first rows on the screen. */
  readonly openMs: number
  /** Of each arrow key. */
  readonly arrowsMs: readonly number[]
  /** Of each character typed into a cell. */
  readonly typedMs: readonly number[]
  /** Of each screenful scrolled. */
  readonly scrolledMs: readonly number[]
  /** Of the main thread while scrolling and moving, more than 50 ms each. */
  readonly longTasksMs: readonly number[]
}

declare global {
  /** What the page under measure has seen, in milliseconds. */
  var times: { readonly keys: number[]; readonly long: number[] }
}

const ARROWS = 40
const SCROLLS = 40

/** Watches the page's own clock: from an event's time stamp to after the frame that shows what it did. */
export async function watchPaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    const isWatching = 'times' in globalThis
    globalThis.times = { keys: [], long: [] }
    // A page that is measured once more is watched already.
    if (isWatching) return
    addEventListener(
      'keydown',
      (event) => {
        requestAnimationFrame(() => {
          const channel = new MessageChannel()
          channel.port1.onmessage = () => globalThis.times.keys.push(performance.now() - event.timeStamp)
          channel.port2.postMessage(undefined)
        })
      },
      { capture: true },
    )
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.times.long.push(entry.duration)
    }).observe({ type: 'longtask' })
  })
}

/** Measures the grid of an open record that lies on another screen; the window is wide. */
export async function measureGrid(page: Page): Promise<GridTimes> {
  await watchPaints(page)
  const opened = page.evaluate(
    () =>
      new Promise<number>((done) => {
        let startMs = 0
        addEventListener('click', (event) => (startMs = event.timeStamp), { capture: true, once: true })
        const look = (): void => {
          if (startMs > 0 && document.querySelector('[role="grid"] td[role="gridcell"]') !== null)
            requestAnimationFrame(() => done(performance.now() - startMs))
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
  await page.getByRole('link', { name: en.nav.labs, exact: true }).click()
  const openMs = await opened
  const cell = page.locator('[data-at="0:1"]')
  await cell.click()
  const keys = async (names: readonly string[]): Promise<number[]> => {
    await page.evaluate(() => globalThis.times.keys.splice(0))
    for (const name of names) {
      await page.keyboard.press(name)
      await frame(page)
    }
    return page.evaluate(() => globalThis.times.keys.slice())
  }
  const moves = Array.from({ length: ARROWS }, (_, step) => (step % 4 === 3 ? 'ArrowRight' : 'ArrowDown'))
  await page.evaluate(() => globalThis.times.long.splice(0))
  const arrowsMs = await keys(moves)
  const scrolledMs = await page.evaluate(async (scrolls) => {
    const box = document.querySelector('[role="grid"]')?.parentElement
    const times: number[] = []
    for (let step = 0; step < scrolls; step++) {
      const startMs = performance.now()
      box?.scrollBy(step % 3 === 2 ? 400 : 0, 400)
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      times.push(performance.now() - startMs)
    }
    return times
  }, SCROLLS)
  const longTasksMs = await page.evaluate(() => globalThis.times.long.slice())
  await page.evaluate(() => document.querySelector('[role="grid"]')?.parentElement?.scrollTo(0, 0))
  await frame(page)
  await page.locator('[data-at="1:1"]').click()
  const typedMs = await keys(['7', '7', '.', '1', '2', '3', '4'])
  await page.keyboard.press('Escape')
  return { openMs, arrowsMs, typedMs, scrolledMs, longTasksMs }
}

function frame(page: Page): Promise<unknown> {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
}

/** What a browser needs at the least for as many cells. */
export interface PlainTable {
  readonly showMs: number
  readonly keysMs: readonly number[]
  readonly scrolledMs: readonly number[]
}

/** The same cells as text in a bare table, shown, moved in and scrolled. */
export async function measurePlainTable(page: Page, markers: number, days: number): Promise<PlainTable> {
  await page.goto('about:blank')
  return page.evaluate(
    async ([rows, columns, moves, scrolls]) => {
      const cells = Array.from({ length: columns + 1 }, (_, column) => `<td tabindex="-1">${100 + column}.5</td>`).join(
        '',
      )
      const html = `<table>${Array.from({ length: rows }, () => `<tr>${cells}</tr>`).join('')}</table>`
      const painted = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      const timed = async (act: () => void, wait: () => Promise<unknown>): Promise<number> => {
        const startMs = performance.now()
        act()
        await wait()
        return performance.now() - startMs
      }
      const frames = (): Promise<unknown> =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      await painted()
      const showMs = await timed(() => (document.body.innerHTML = html), painted)
      const all = document.querySelectorAll('td')
      const keysMs: number[] = []
      for (let step = 0; step < moves; step++)
        keysMs.push(await timed(() => all[step * (columns + 1)]?.focus({ preventScroll: true }), painted))
      const scrolledMs: number[] = []
      for (let step = 0; step < scrolls; step++)
        scrolledMs.push(await timed(() => scrollBy(step % 3 === 2 ? 400 : 0, 400), frames))
      return { showMs, keysMs, scrolledMs }
    },
    [markers, days, ARROWS, SCROLLS] as const,
  )
}
