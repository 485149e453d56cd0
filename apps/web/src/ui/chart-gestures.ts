interface Gestures {
  /** The pointer is at so many CSS pixels from the plot's left. */
  readonly point: (left: number) => void
  /** Above 1 shows more; the time at `left` stays where it is. */
  readonly zoom: (factor: number, left: number) => void
  /** Two fingers moved so many CSS pixels to the right. */
  readonly pan: (px: number) => void
}

const WHEEL_STEP = 0.002
/** Fingers closer than this say nothing about how far apart they are. */
const SPREAD_PX_MIN = 20

interface Spread {
  readonly middle: number
  readonly width: number
}

/** Pointing by mouse or finger, two fingers that spread or move, and the wheel with Ctrl. Returns what ends it. */
export function followGestures(over: HTMLElement, { point, zoom, pan }: Gestures): () => void {
  const fingers = new Map<number, number>()
  const leftOf = (event: MouseEvent): number => event.clientX - over.getBoundingClientRect().left

  const onDown = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, leftOf(event))
    if (fingers.size < 2) point(leftOf(event))
  }
  const onMove = (event: PointerEvent): void => {
    const before = spreadOf(fingers)
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, leftOf(event))
    const after = spreadOf(fingers)
    if (before === undefined || after === undefined) {
      point(leftOf(event))
      return
    }
    zoom(before.width / after.width, before.middle)
    pan(after.middle - before.middle)
  }
  const onEnd = (event: PointerEvent): void => void fingers.delete(event.pointerId)
  // Without Ctrl the page scrolls; a trackpad's pinch comes as a wheel with it.
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return
    event.preventDefault()
    zoom(Math.exp(event.deltaY * WHEEL_STEP), leftOf(event))
  }

  over.addEventListener('pointerdown', onDown)
  over.addEventListener('pointermove', onMove)
  over.addEventListener('pointerup', onEnd)
  over.addEventListener('pointercancel', onEnd)
  over.addEventListener('wheel', onWheel, { passive: false })
  return () => {
    over.removeEventListener('pointerdown', onDown)
    over.removeEventListener('pointermove', onMove)
    over.removeEventListener('pointerup', onEnd)
    over.removeEventListener('pointercancel', onEnd)
    over.removeEventListener('wheel', onWheel)
  }
}

function spreadOf(fingers: ReadonlyMap<number, number>): Spread | undefined {
  const [a, b] = [...fingers.values()]
  if (a === undefined || b === undefined || fingers.size !== 2) return undefined
  return { middle: (a + b) / 2, width: Math.max(Math.abs(a - b), SPREAD_PX_MIN) }
}
