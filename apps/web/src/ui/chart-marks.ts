import type { ChartPoint } from '@salus/engine/view-types'
import type UPlot from 'uplot'
import { changeLabels } from './change-labels.ts'
import type { Palette } from './chart-palette.ts'

/** A place on the time axis that has a word. */
export interface ChartChange {
  readonly atMs: number
  /** Names it in the list below the chart, from 1. */
  readonly number: number
  readonly text: string
}

export interface ChartDose {
  readonly takenAtMs: number
  /** Drawn longer: of what the chart is about. */
  readonly isMain: boolean
}

/** Each result's own range, from half way to its neighbours; one rectangle while the laboratory kept it. */
export function drawRange(plot: UPlot, points: readonly ChartPoint[], palette: Palette, label: string): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
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
    if (palette.range === undefined) outlineRange(ctx, palette, { left, right, top, bottom })
    else {
      ctx.fillStyle = palette.range
      ctx.fillRect(left, top, right - left, bottom - top)
    }
  })
  ctx.restore()
  if (label !== '') labelRange(plot, points, palette, label)
}

/** Where only the system's colours show, the range is between two dashed lines. */
function outlineRange(
  ctx: CanvasRenderingContext2D,
  palette: Palette,
  { left, right, top, bottom }: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>,
): void {
  ctx.strokeStyle = palette.soft
  ctx.lineWidth = ratio()
  ctx.setLineDash([6 * ratio(), 4 * ratio()])
  for (const y of [top, bottom]) line(ctx, left, y, right, y)
  ctx.setLineDash([])
}

/** Writes the newest range into that corner of its band which is farthest from the points. */
function labelRange(plot: UPlot, points: readonly ChartPoint[], palette: Palette, label: string): void {
  const last = points.at(-1)
  if (last === undefined || (last.low === null && last.high === null)) return
  const { ctx, bbox } = plot
  const margin = 6 * ratio()
  const height = 12 * ratio()
  ctx.save()
  ctx.font = `${height}px ${faceOf(plot)}`
  const width = ctx.measureText(label).width
  const top = Math.max(last.high === null ? bbox.top : plot.valToPos(last.high, 'y', true), bbox.top)
  const bottom = Math.min(
    last.low === null ? bbox.top + bbox.height : plot.valToPos(last.low, 'y', true),
    bbox.top + bbox.height,
  )
  const right = bbox.left + bbox.width - width - margin
  const lefts = [Math.min(Math.max(newestBandLeft(plot, points), bbox.left) + margin, right), right]
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

/** One tick a dose, standing on the axis; those of what the chart is about are longer. */
export function drawDoses(plot: UPlot, doses: readonly ChartDose[], palette: Palette): void {
  const { ctx, bbox } = plot
  const bottom = bbox.top + bbox.height
  ctx.save()
  clipSideways(plot)
  ctx.lineWidth = ratio()
  for (const { takenAtMs, isMain } of doses) {
    ctx.strokeStyle = isMain ? palette.ink : palette.soft
    const x = Math.round(plot.valToPos(takenAtMs / 1000, 'x', true)) + 0.5
    line(ctx, x, bottom - (isMain ? DOSE_TICK_PX : OTHER_TICK_PX) * ratio(), x, bottom)
  }
  ctx.restore()
}

/**
 * A dotted line for each change, with its number at the top and its words where there is room. Changes that lie so close
 * that their numbers would meet share one label.
 */
export function drawChanges(plot: UPlot, changes: readonly ChartChange[], palette: Palette): void {
  const { ctx, bbox } = plot
  const right = bbox.left + bbox.width
  ctx.save()
  ctx.font = `${12 * ratio()}px ${faceOf(plot)}`
  ctx.textAlign = 'left'
  ctx.lineWidth = 1.2 * ratio()
  ctx.strokeStyle = palette.soft
  ctx.fillStyle = palette.soft
  ctx.setLineDash([2 * ratio(), 3 * ratio()])
  const placed = changes
    .map((change) => ({ ...change, x: Math.round(plot.valToPos(change.atMs / 1000, 'x', true)) }))
    .filter(({ x }) => x >= bbox.left && x <= right)
  for (const { x } of placed) line(ctx, x, bbox.top - CHANGE_WORD_PX * ratio(), x, bbox.top + bbox.height)
  const labels = changeLabels(placed, {
    gap: 5 * ratio(),
    right,
    isNumbered: changes.length > 1,
    widthOf: (text) => ctx.measureText(text).width,
  })
  for (const { left, text } of labels) ctx.fillText(text, left, bbox.top - 6 * ratio())
  ctx.restore()
}

export function drawCursor(plot: UPlot, point: ChartPoint | undefined, palette: Palette): void {
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
export function drawPoint(plot: UPlot, point: ChartPoint, palette: Palette, isSelected: boolean): void {
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

/** The hairline from point to point; a bound is no value, so the line is broken there. */
export function drawCourse(plot: UPlot, points: readonly ChartPoint[], palette: Palette): void {
  const { ctx } = plot
  ctx.save()
  clipSideways(plot)
  ctx.strokeStyle = palette.yours
  ctx.lineWidth = 1.5 * ratio()
  ctx.lineJoin = 'round'
  ctx.beginPath()
  let isDown = false
  for (const point of points) {
    const x = plot.valToPos(point.takenAtMs / 1000, 'x', true)
    const y = plot.valToPos(point.value, 'y', true)
    if (point.comparator === null && isDown) ctx.lineTo(x, y)
    else ctx.moveTo(x, y)
    isDown = point.comparator === null
  }
  ctx.stroke()
  ctx.restore()
}

/** Where the range that the newest result has begins: half way from the last one with another. */
function newestBandLeft(plot: UPlot, points: readonly ChartPoint[]): number {
  const last = points.at(-1)
  const other = points.findLastIndex((point) => point.low !== last?.low || point.high !== last.high)
  const [before, first] = [points[other], points[other + 1]]
  if (before === undefined || first === undefined) return -Infinity
  return plot.valToPos((before.takenAtMs + first.takenAtMs) / 2000, 'x', true)
}

/** The app's face; uPlot's own element has the system's. */
function faceOf(plot: UPlot): string {
  return getComputedStyle(plot.root.parentElement ?? plot.root).fontFamily
}

/** Room above the plot for the words of a change, CSS pixels. */
export const CHANGE_WORD_PX = 20
/** Of a dose of what the chart is about, and of any other. */
export const DOSE_TICK_PX = 9
const OTHER_TICK_PX = 5

/** Marks may reach over the plot's top and bottom, and over its sides by half of one. */
function clipSideways(plot: UPlot): void {
  const { ctx, bbox } = plot
  const margin = 8 * ratio()
  ctx.beginPath()
  ctx.rect(bbox.left - margin, 0, bbox.width + 2 * margin, ctx.canvas.height)
  ctx.clip()
}

function line(ctx: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  ctx.beginPath()
  ctx.moveTo(fromX, fromY)
  ctx.lineTo(toX, toY)
  ctx.stroke()
}

function ratio(): number {
  return window.devicePixelRatio
}
