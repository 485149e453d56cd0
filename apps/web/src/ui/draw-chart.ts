import type { ChartPoint } from '@salus/engine/view-types'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { followGestures } from './chart-gestures.ts'
import {
  CHANGE_WORD_PX,
  DOSE_TICK_PX,
  type ChartChange,
  type ChartDose,
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
  /** Oldest first. */
  readonly doses: readonly ChartDose[]
  readonly changes: readonly ChartChange[]
  readonly locale: string
  readonly rangeLabel: string
  readonly days: number | undefined
  readonly onPoint: (index: number) => void
  /** Somebody has moved or zoomed it by hand. */
  readonly onMove: () => void
}

const HEIGHT_PX = 280
/** Of the time axis. */
const AXIS_PX = 30
const LABEL_PX = 12

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
  /** A driver, and whoever wonders, can tell what is shown without looking at pixels. */
  const note = (): void => {
    host.dataset['from'] = String(Math.round(window.from))
    host.dataset['to'] = String(Math.round(window.to))
  }
  note()
  const moveTo = (next: TimeWindow): void => {
    window = next
    note()
    plot.setScale('x', { min: window.from, max: window.to })
  }
  const stop = followGestures(plot.over, {
    point: (left) => onPoint(nearest(times, plot.posToVal(left, 'x'))),
    zoom: (factor, left) => {
      moveTo(zoomed(window, factor, plot.posToVal(left, 'x'), whole))
      onMove()
    },
    pan: (px) => {
      // All is shown: there is nowhere to go.
      if (window.from <= whole.from && window.to >= whole.to) return false
      const seconds = (px / plot.over.clientWidth) * (window.to - window.from)
      moveTo(within({ from: window.from - seconds, to: window.to - seconds }, whole))
      onMove()
      return true
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
  const { host, points, doses, changes, locale, rangeLabel } = request
  const font = `12px ${getComputedStyle(host).fontFamily}`
  const stroke = (): string => shown().palette.soft
  const top = changes.length > 0 ? CHANGE_WORD_PX + 4 : 14
  const number = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6, useGrouping: false })
  const axis = { stroke, font, grid: { show: false }, ticks: { show: false } }
  return {
    width: host.clientWidth,
    height: HEIGHT_PX,
    padding: [top, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: () => [shown().window.from, shown().window.to] },
      y: { range: () => valueRange(points) },
    },
    axes: [
      { ...axis, size: AXIS_PX, space: 70, values: (_plot, splits) => timeLabels(splits, locale) },
      {
        ...axis,
        size: 46,
        gap: 6,
        space: 52,
        values: (plot, splits) => {
          const { min = 0, max = 1 } = plot.scales['y'] ?? {}
          // Where the ticks of doses stand there is no room for a number.
          const lowest = doses.length === 0 ? 0 : (DOSE_TICK_PX + LABEL_PX / 2) / (HEIGHT_PX - AXIS_PX - top)
          return splits.map((split) => ((split - min) / (max - min) < lowest ? '' : number.format(split)))
        },
      },
    ],
    // The hairline is drawn here: it breaks at bounds, and changes its colour with the theme.
    series: [{}, { show: true, width: 0, points: { show: false } }],
    hooks: {
      drawClear: [(drawn) => drawRange(drawn, points, shown().palette, rangeLabel)],
      draw: [
        (drawn) => {
          const { palette, selected } = shown()
          drawDoses(drawn, doses, palette)
          drawChanges(drawn, changes, palette)
          drawCourse(drawn, points, palette)
          if (selected !== undefined) drawCursor(drawn, points[selected], palette)
          points.forEach((point, index) => drawPoint(drawn, point, palette, index === selected))
        },
      ],
    },
  }
}
