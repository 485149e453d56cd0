interface Gestures {
  /** The pointer is at so many CSS pixels from the plot's left. */
  readonly point: (left: number) => void
  /** Above 1 shows more; the time at `left` stays where it is. */
  readonly zoom: (factor: number, left: number) => void
  /** Dragged so many CSS pixels to the right; false where there is nothing beyond. */
  readonly pan: (px: number) => boolean
}

const WHEEL_STEP = 0.002
/** Fingers closer than this say nothing about how far apart they are. */
const SPREAD_PX_MIN = 20
/** A finger that moves less than this has tapped. */
const TAP_PX_MAX = 8

interface Spread {
  readonly middle: number
  readonly width: number
}

/** One finger or pressed button: where it went down, where it was last, and whether it drags. */
interface Press {
  readonly id: number
  readonly from: number
  last: number
  isDrag: boolean
}

/**
 * A tap or a mouse points, a drag moves what is shown, or the pointer where all is shown; two fingers spread and move,
 * and so does the wheel with Ctrl. A finger that goes up or down scrolls the page, which the browser tells by a cancel.
 *
 * @returns what ends it
 */
export function followGestures(over: HTMLElement, { point, zoom, pan }: Gestures): () => void {
  const fingers = new Map<number, number>()
  let press: Press | undefined
  const leftOf = (event: MouseEvent): number => event.clientX - over.getBoundingClientRect().left

  const onDown = (event: PointerEvent): void => {
    const left = leftOf(event)
    if (event.pointerType === 'touch') fingers.set(event.pointerId, left)
    else over.setPointerCapture(event.pointerId)
    // A second finger makes it no tap and no drag, also when it is lifted again.
    press = fingers.size > 1 ? undefined : { id: event.pointerId, from: left, last: left, isDrag: false }
  }
  const onMove = (event: PointerEvent): void => {
    const left = leftOf(event)
    const before = spreadOf(fingers)
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, left)
    const after = spreadOf(fingers)
    if (before !== undefined && after !== undefined) {
      zoom(before.width / after.width, before.middle)
      pan(after.middle - before.middle)
    } else if (press?.id === event.pointerId) drag(press, left)
    else if (event.pointerType !== 'touch') point(left)
  }
  const drag = (moved: Press, left: number): void => {
    moved.isDrag ||= Math.abs(left - moved.from) > TAP_PX_MAX
    if (!moved.isDrag) return
    if (!pan(left - moved.last)) point(left)
    moved.last = left
  }
  const onUp = (event: PointerEvent): void => {
    if (press?.id === event.pointerId && !press.isDrag) point(leftOf(event))
    onEnd(event)
  }
  const onEnd = (event: PointerEvent): void => {
    fingers.delete(event.pointerId)
    if (press?.id === event.pointerId) press = undefined
  }
  // Without Ctrl the page scrolls; a trackpad's pinch comes as a wheel with it.
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return
    event.preventDefault()
    zoom(Math.exp(event.deltaY * WHEEL_STEP), leftOf(event))
  }

  over.addEventListener('pointerdown', onDown)
  over.addEventListener('pointermove', onMove)
  over.addEventListener('pointerup', onUp)
  over.addEventListener('pointercancel', onEnd)
  over.addEventListener('wheel', onWheel, { passive: false })
  return () => {
    over.removeEventListener('pointerdown', onDown)
    over.removeEventListener('pointermove', onMove)
    over.removeEventListener('pointerup', onUp)
    over.removeEventListener('pointercancel', onEnd)
    over.removeEventListener('wheel', onWheel)
  }
}

function spreadOf(fingers: ReadonlyMap<number, number>): Spread | undefined {
  const [a, b] = [...fingers.values()]
  if (a === undefined || b === undefined || fingers.size !== 2) return undefined
  return { middle: (a + b) / 2, width: Math.max(Math.abs(a - b), SPREAD_PX_MIN) }
}
