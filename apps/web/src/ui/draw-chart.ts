import type { ChartPoint } from '@salus/engine/view-types'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { followGestures } from './chart-gestures.ts'
import {
  CHANGE_WORD_PX,
  type ChartChange,
  drawChanges,
  drawCourse,
  drawCursor,
  drawDoses,
  drawPoint,
  drawRange,
} from './chart-marks.ts'
import { type Palette, readPalette } from './chart-palette.ts'
import {
  type TimeWindow,
  nearest,
  newestDays,
  revealing,
  timeLabels,
  valueRange,
  wholeWindow,
  within,
  zoomed,
} from './chart-scales.ts'

export interface ChartHandle {
  /** Marks a point, or none; brings it into the window. */
  select(index: number | undefined): void
  /** A window so many times as wide, around the marked point; above 1 shows more. */
  zoom(factor: number): void
  /** The newest so many days; undefined shows all. */
  show(days: number | undefined): void
  resize(): void
  /** Draws in the colours of now. */
  recolour(isOnPaper: boolean): void
  destroy(): void
}

export interface ChartRequest {
  readonly host: HTMLElement
  readonly points: readonly ChartPoint[]
  /** Epoch milliseconds, oldest first. */
  readonly doseTimesMs: readonly number[]
  readonly changes: readonly ChartChange[]
  readonly locale: string
  readonly rangeLabel: string
  readonly days: number | undefined
  readonly onPoint: (index: number) => void
  /** Somebody has moved or zoomed it by hand. */
  readonly onMove: () => void
}

const HEIGHT_PX = 280

/**
 * Draws a series with uPlot: hairline, reported range behind it, shapes for what is outside and for bounds, a tick for
 * each dose, a dotted line where an amount changed.
 */
export function drawChart(request: ChartRequest): ChartHandle {
  const { host, points, onPoint, onMove } = request
  let palette = readPalette(host, false)
  let selected: number | undefined
  const times = points.map((point) => point.takenAtMs / 1000)
  const whole = wholeWindow(times)
  let window: TimeWindow = request.days === undefined ? whole : newestDays(whole, request.days)

  const plot = new UPlot(
    options(request, () => ({ palette, selected, window })),
    [times, points.map((point) => point.value)],
    host,
  )
  const moveTo = (next: TimeWindow): void => {
    window = next
    plot.setScale('x', { min: window.from, max: window.to })
  }
  const stop = followGestures(plot.over, {
    point: (left) => onPoint(nearest(times, plot.posToVal(left, 'x'))),
    zoom: (factor, left) => {
      moveTo(zoomed(window, factor, plot.posToVal(left, 'x'), whole))
      onMove()
    },
    pan: (px) => {
      const seconds = (px / plot.over.clientWidth) * (window.to - window.from)
      moveTo(within({ from: window.from - seconds, to: window.to - seconds }, whole))
      onMove()
    },
  })

  return {
    select: (index) => {
      selected = index
      const time = index === undefined ? undefined : times[index]
      const next = time === undefined ? window : revealing(window, time, whole)
      if (next === window) plot.redraw(false)
      else moveTo(next)
    },
    zoom: (factor) => {
      const time = selected === undefined ? undefined : times[selected]
      moveTo(zoomed(window, factor, time ?? (window.from + window.to) / 2, whole))
    },
    show: (days) => moveTo(days === undefined ? whole : newestDays(whole, days)),
    resize: () => plot.setSize({ width: host.clientWidth, height: HEIGHT_PX }),
    recolour: (isOnPaper) => {
      palette = readPalette(host, isOnPaper)
      plot.redraw(false)
    },
    destroy: () => {
      stop()
      plot.destroy()
    },
  }
}

interface Shown {
  readonly palette: Palette
  readonly selected: number | undefined
  readonly window: TimeWindow
}

function options(request: ChartRequest, shown: () => Shown): UPlot.Options {
  const { host, points, doseTimesMs, changes, locale, rangeLabel } = request
  const font = `12px ${getComputedStyle(host).fontFamily}`
  const stroke = (): string => shown().palette.soft
  const axis = { stroke, font, grid: { show: false }, ticks: { show: false } }
  return {
    width: host.clientWidth,
    height: HEIGHT_PX,
    padding: [changes.length > 0 ? CHANGE_WORD_PX + 4 : 14, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: () => [shown().window.from, shown().window.to] },
      y: { range: () => valueRange(points) },
    },
    axes: [
      { ...axis, size: 30, space: 70, values: (_plot, splits) => timeLabels(splits, locale) },
      { ...axis, size: 46, gap: 6, space: 52 },
    ],
    // The hairline is drawn here: it breaks at bounds, and changes its colour with the theme.
    series: [{}, { show: true, width: 0, points: { show: false } }],
    hooks: {
      drawClear: [(drawn) => drawRange(drawn, points, shown().palette, rangeLabel)],
      draw: [
        (drawn) => {
          const { palette, selected } = shown()
          drawDoses(drawn, doseTimesMs, palette)
          drawChanges(drawn, changes, palette)
          drawCourse(drawn, points, palette)
          if (selected !== undefined) drawCursor(drawn, points[selected], palette)
          points.forEach((point, index) => drawPoint(drawn, point, palette, index === selected))
        },
      ],
    },
  }
}
