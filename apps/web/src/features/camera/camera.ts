/** Why no picture comes from a camera. */
export type CameraFault = 'noCamera' | 'refused' | 'notAllowedHere' | 'inUse'

/** Between two looks at the picture, so that a phone stays cool and the page answers. */
const LOOK_MS = 200
/** Longer edge of what is looked at: a code that fills a third of the picture is still sharp enough. */
const LOOK_PIXELS_MAX = 640
/** A camera that nobody holds a code to is switched off. */
export const CAMERA_MS_MAX = 120_000

/** A code in a picture, or undefined. */
type Decode = (frame: HTMLCanvasElement) => Promise<string | undefined>

/** Asks for a camera; the owner may be asked by the browser. */
export async function openCamera(): Promise<MediaStream | CameraFault> {
  // Absent without https, whatever TypeScript's library says.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (devices === undefined) return 'notAllowedHere'
  try {
    return await devices.getUserMedia({
      audio: false,
      video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
    })
  } catch (error) {
    if (error instanceof DOMException) return cameraFault(error.name)
    throw error
  }
}

/** @param name of the DOMException (Media Capture and Streams §10.2.2) */
export function cameraFault(name: string): CameraFault {
  if (name === 'NotAllowedError') return 'refused'
  if (name === 'SecurityError') return 'notAllowedHere'
  return name === 'NotReadableError' || name === 'AbortError' ? 'inUse' : 'noCamera'
}

export function closeCamera(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** Looks at the picture again and again until `signal` aborts, and tells each code that it finds. */
export async function lookForCodes(
  video: HTMLVideoElement,
  signal: AbortSignal,
  onCode: (code: string) => void,
): Promise<void> {
  const decode = await createDecoder()
  const canvas = document.createElement('canvas')
  while (!signal.aborted) {
    const code = drawFrame(video, canvas) ? await decode(canvas) : undefined
    // It may have been ended while the picture was looked at.
    if (code !== undefined && !isEnded(signal)) onCode(code)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

function isEnded(signal: AbortSignal): boolean {
  return signal.aborted
}

function drawFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement): boolean {
  const { videoWidth, videoHeight } = video
  if (videoWidth === 0 || videoHeight === 0) return false
  const scale = Math.min(1, LOOK_PIXELS_MAX / Math.max(videoWidth, videoHeight))
  canvas.width = Math.round(videoWidth * scale)
  canvas.height = Math.round(videoHeight * scale)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(video, 0, 0, canvas.width, canvas.height)
  return context !== null
}

/** What TypeScript's library does not describe (Shape Detection API). */
interface BarcodeDetectorLike {
  detect(frame: HTMLCanvasElement): Promise<readonly { readonly rawValue: string }[]>
}
interface BarcodeDetectorClass {
  new (options: { readonly formats: readonly string[] }): BarcodeDetectorLike
  getSupportedFormats(): Promise<readonly string[]>
}

/** The browser's own decoder where it has one, else one that is loaded now. */
async function createDecoder(): Promise<Decode> {
  // Only these two members are used, and whether the second exists is asked.
  const { BarcodeDetector: Native } = globalThis as { readonly BarcodeDetector?: BarcodeDetectorClass }
  if (Native !== undefined && (await Native.getSupportedFormats()).includes('qr_code')) {
    const detector = new Native({ formats: ['qr_code'] })
    return async (frame) => (await detector.detect(frame))[0]?.rawValue
  }
  const { default: decodeQr } = await import('qr/decode.js')
  return (frame) => {
    const picture = frame.getContext('2d')?.getImageData(0, 0, frame.width, frame.height)
    return Promise.resolve(picture === undefined ? undefined : tryDecode(() => decodeQr(picture)))
  }
}

/** The decoder says "none in this picture" by throwing, whatever the cause. */
function tryDecode(decode: () => string): string | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
