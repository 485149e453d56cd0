import type { ChartPoint } from '@salus/engine/view-types'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface ChartHandle {
  /** Marks a point, or none. */
  select(index: number | undefined): void
  resize(): void
  destroy(): void
}

export interface ChartRequest {
  readonly host: HTMLElement
  readonly points: readonly ChartPoint[]
  readonly locale: string
  readonly rangeLabel: string
  readonly onPoint: (index: number) => void
}

interface Palette {
  readonly ink: string
  readonly soft: string
  readonly card: string
  readonly yours: string
  readonly watch: string
  readonly range: string
}

const HEIGHT_PX = 260
const DAY_SECONDS = 86_400
const YEAR_SECONDS = 365 * DAY_SECONDS

/** Draws a series with uPlot: hairline, reported range behind it, shapes for what is outside and for bounds. */
export function drawChart({ host, points, locale, rangeLabel, onPoint }: ChartRequest): ChartHandle {
  const palette = readPalette(host)
  let selected: number | undefined
  const times = points.map((point) => point.takenAtMs / 1000)
  const values = points.map((point) => point.value)

  const plot = new UPlot(
    {
      width: host.clientWidth,
      height: HEIGHT_PX,
      padding: [14, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: () => timeRange(times) },
        y: { range: () => valueRange(points) },
      },
      axes: [
        {
          stroke: palette.soft,
          font: axisFont(host),
          size: 30,
          space: 70,
          grid: { show: false },
          ticks: { show: false },
          values: (_plot, splits) => timeLabels(splits, locale),
        },
        {
          stroke: palette.soft,
          font: axisFont(host),
          size: 46,
          gap: 6,
          space: 52,
          grid: { show: false },
          ticks: { show: false },
        },
      ],
      series: [{}, { stroke: palette.yours, width: 1.5, points: { show: false } }],
      hooks: {
        drawClear: [(drawn) => drawRange(drawn, points, palette, rangeLabel)],
        draw: [
          (drawn) => {
            if (selected !== undefined) drawCursor(drawn, points[selected], palette)
            points.forEach((point, index) => drawPoint(drawn, point, palette, index === selected))
          },
        ],
      },
    },
    [times, values],
    host,
  )

  const follow = (event: PointerEvent): void => {
    const left = event.clientX - plot.over.getBoundingClientRect().left
    onPoint(nearest(times, plot.posToVal(left, 'x')))
  }
  plot.over.addEventListener('pointermove', follow)
  plot.over.addEventListener('pointerdown', follow)

  return {
    select: (index) => {
      selected = index
      plot.redraw(false)
    },
    resize: () => plot.setSize({ width: host.clientWidth, height: HEIGHT_PX }),
    destroy: () => plot.destroy(),
  }
}

/** A custom property may hold light-dark(), which a canvas doesn't know: the browser resolves it as a colour. */
function readPalette(host: HTMLElement): Palette {
  const read = (name: string): string => {
    host.style.color = `var(--${name})`
    const { color } = getComputedStyle(host)
    host.style.color = ''
    return color
  }
  return {
    ink: read('ink'),
    soft: read('soft'),
    card: read('card'),
    yours: read('yours'),
    watch: read('watch'),
    range: read('range'),
  }
}

function axisFont(host: HTMLElement): string {
  return `12px ${getComputedStyle(host).fontFamily}`
}

function timeRange(times: readonly number[]): UPlot.Range.MinMax {
  const first = times[0] ?? 0
  const last = times.at(-1) ?? first
  const margin = Math.max((last - first) * 0.03, 10 * DAY_SECONDS)
  return [first - margin, last + margin]
}

/** Room for all values, and for the range where it isn't so far off that it would flatten them. */
function valueRange(points: readonly ChartPoint[]): UPlot.Range.MinMax {
  const values = points.map((point) => point.value)
  const low = Math.min(...values)
  const high = Math.max(...values)
  const span = Math.max(high - low, Math.abs(high) * 0.2, Number.EPSILON)
  const bounds = points.flatMap((point) => [point.low, point.high]).filter((bound) => bound !== null)
  const near = bounds.filter((bound) => bound >= low - 1.5 * span && bound <= high + 1.5 * span)
  const bottom = Math.min(low, ...near)
  const top = Math.max(high, ...near)
  const margin = Math.max(top - bottom, span) * 0.12
  return [low >= 0 ? Math.max(0, bottom - margin) : bottom - margin, top + margin]
}

function timeLabels(splits: readonly number[], locale: string): string[] {
  const span = (splits.at(-1) ?? 0) - (splits[0] ?? 0)
  const isLong = span > 2 * YEAR_SECONDS
  const isShort = span < 120 * DAY_SECONDS
  const format = new Intl.DateTimeFormat(
    locale,
    isLong ? { year: 'numeric' } : isShort ? { day: 'numeric', month: 'short' } : { month: 'short', year: '2-digit' },
  )
  let before = ''
  return splits.map((split) => {
    const label = format.format(split * 1000)
    if (label === before) return ''
    before = label
    return label
  })
}

/** Each result's own range, from half way to its neighbours; one rectangle while the laboratory kept it. */
function drawRange(plot: UPlot, points: readonly ChartPoint[], palette: Palette, label: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.fillStyle = palette.range
  const xs = points.map((point) => plot.valToPos(point.takenAtMs / 1000, 'x', true))
  points.forEach((point, index) => {
    if (point.low === null && point.high === null) return
    const x = xs[index] ?? 0
    const before = xs[index - 1]
    const after = xs[index + 1]
    const left = before === undefined ? bbox.left : Math.round((before + x) / 2)
    const right = after === undefined ? bbox.left + bbox.width : Math.round((x + after) / 2)
    const top = point.high === null ? bbox.top : plot.valToPos(point.high, 'y', true)
    const bottom = point.low === null ? bbox.top + bbox.height : plot.valToPos(point.low, 'y', true)
    ctx.fillRect(left, top, right - left, bottom - top)
  })
  ctx.restore()
  if (label !== '') labelRange(plot, points, palette, label)
}

/** Writes the newest range into that corner of its band which is farthest from the points. */
function labelRange(plot: UPlot, points: readonly ChartPoint[], palette: Palette, label: string): void {
  const last = points.at(-1)
  if (last === undefined || (last.low === null && last.high === null)) return
  const { ctx, bbox } = plot
  const margin = 6 * ratio()
  const height = 12 * ratio()
  ctx.save()
  ctx.font = `${height}px ${getComputedStyle(plot.root).fontFamily}`
  const width = ctx.measureText(label).width
  const top = Math.max(last.high === null ? bbox.top : plot.valToPos(last.high, 'y', true), bbox.top)
  const bottom = Math.min(
    last.low === null ? bbox.top + bbox.height : plot.valToPos(last.low, 'y', true),
    bbox.top + bbox.height,
  )
  const lefts = [bbox.left + margin, bbox.left + bbox.width - width - margin]
  const baselines = [top + height + margin, bottom - margin]
  const corners = lefts.flatMap((x) => baselines.map((y) => ({ x, y })))
  const distance = (corner: { readonly x: number; readonly y: number }): number =>
    Math.min(
      ...points.map((point) => {
        const x = plot.valToPos(point.takenAtMs / 1000, 'x', true)
        const y = plot.valToPos(point.value, 'y', true)
        const nearestX = Math.min(Math.max(x, corner.x), corner.x + width)
        return Math.hypot(x - nearestX, y - (corner.y - height / 2))
      }),
    )
  const best = corners.reduce((a, b) => (distance(b) > distance(a) ? b : a))
  ctx.fillStyle = palette.soft
  ctx.textAlign = 'left'
  ctx.fillText(label, best.x, best.y)
  ctx.restore()
}

function drawCursor(plot: UPlot, point: ChartPoint | undefined, palette: Palette): void {
  if (point === undefined) return
  const { ctx, bbox } = plot
  const x = Math.round(plot.valToPos(point.takenAtMs / 1000, 'x', true))
  ctx.save()
  ctx.strokeStyle = palette.ink
  ctx.lineWidth = ratio()
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}

/** A ring is in range, a triangle points to the side on which a value is outside, a caret is a bound and no number. */
function drawPoint(plot: UPlot, point: ChartPoint, palette: Palette, isSelected: boolean): void {
  const { ctx } = plot
  const x = plot.valToPos(point.takenAtMs / 1000, 'x', true)
  const y = plot.valToPos(point.value, 'y', true)
  const size = (isSelected ? 7 : 5) * ratio()
  const isAbove = point.high !== null && point.value > point.high
  const isBelow = point.low !== null && point.value < point.low
  ctx.save()
  ctx.lineWidth = 2 * ratio()
  ctx.strokeStyle = palette.ink
  ctx.fillStyle = palette.card
  ctx.beginPath()
  if (point.comparator !== null) {
    const down = point.comparator.startsWith('<') ? 1 : -1
    ctx.moveTo(x - size, y - down * size)
    ctx.lineTo(x, y + down * size * 0.4)
    ctx.lineTo(x + size, y - down * size)
    ctx.stroke()
  } else if (isAbove || isBelow) {
    const up = isAbove ? -1 : 1
    ctx.fillStyle = palette.watch
    ctx.moveTo(x, y + up * size * 1.4)
    ctx.lineTo(x + size * 1.3, y - up * size * 0.9)
    ctx.lineTo(x - size * 1.3, y - up * size * 0.9)
    ctx.fill()
  } else {
    ctx.arc(x, y, size, 0, 2 * Math.PI)
    ctx.fill()
    ctx.stroke()
  }
  ctx.restore()
}

function nearest(times: readonly number[], time: number): number {
  let best = 0
  times.forEach((candidate, index) => {
    if (Math.abs(candidate - time) < Math.abs((times[best] ?? Infinity) - time)) best = index
  })
  return best
}

function ratio(): number {
  return window.devicePixelRatio
}
