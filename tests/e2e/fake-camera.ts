import { writeFileSync } from 'node:fs'
import encodeQr from 'qr'

/** What Chromium's fake camera shows: a Y4M film of one picture, held to the lens. */
const WIDTH = 640
const HEIGHT = 480
const QUIET_ZONE = 4
const WHITE = 235
const BLACK = 16

/** Flags with which Chromium takes this file for its camera and asks nobody. */
export function fakeCameraArguments(film: string): string[] {
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]
}

/** Writes a film that shows a code; undefined shows a white wall. Overwritten while the browser runs, the next start sees it. */
export function writeFilm(path: string, text: string | undefined): void {
  const luma = Buffer.alloc(WIDTH * HEIGHT, WHITE)
  if (text !== undefined) drawCode(luma, text)
  const colourless = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, colourless])
  const header = Buffer.from(`YUV4MPEG2 W${String(WIDTH)} H${String(HEIGHT)} F10:1 Ip A1:1 C420\n`)
  writeFileSync(path, Buffer.concat([header, ...Array.from({ length: 4 }, () => frame)]))
}

function drawCode(luma: Buffer, text: string): void {
  const rows = encodeQr(text, 'raw', { ecc: 'low', border: QUIET_ZONE })
  const module = Math.floor(HEIGHT / rows.length)
  const left = Math.floor((WIDTH - module * rows.length) / 2)
  rows.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (!isDark) return
      for (let line = 0; line < module; line++) {
        const start = (y * module + line) * WIDTH + left + x * module
        luma.fill(BLACK, start, start + module)
      }
    })
  })
}
