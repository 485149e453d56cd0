import decodeQr from 'qr/decode.js'
import { describe, expect, it } from 'vitest'
import { qrForTerminal, qrSvg } from './qr-drawing.ts'

const TEXT = 'http://192.168.1.5:8442/'
/** Pixels of a module, for the reader. */
const SCALE = 4

function read(rows: readonly (readonly boolean[])[]): string {
  const [width, height] = [(rows[0]?.length ?? 0) * SCALE, rows.length * SCALE]
  const data = Uint8Array.from({ length: width * height * 4 }, (_, index) => {
    const pixel = Math.floor(index / 4)
    const isDark = rows[Math.floor(pixel / width / SCALE)]?.[Math.floor((pixel % width) / SCALE)] === true
    return isDark && index % 4 !== 3 ? 0 : 255
  })
  return decodeQr({ width, height, data })
}

describe('A QR code', () => {
  it('reads back from a terminal', () => {
    const lines = qrForTerminal(TEXT).split('\n')
    const rows = lines.flatMap((line) => {
      // eslint-disable-next-line no-control-regex -- the colours are control sequences
      const blocks = [...line.replace(/\x1b\[[\d;]*m/g, '')]
      return [
        blocks.map((block) => block === '█' || block === '▀'),
        blocks.map((block) => block === '█' || block === '▄'),
      ]
    })
    expect(read(rows)).toBe(TEXT)
  })

  it('reads back from its picture, which takes no style and no script', () => {
    const svg = qrSvg(TEXT, 'label')
    const size = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1])
    const dark = new Set([...svg.matchAll(/M(\d+ \d+)h1/g)].map(([, place]) => place))
    const rows = Array.from({ length: size }, (_, y) => Array.from({ length: size }, (__, x) => dark.has(`${x} ${y}`)))
    expect(read(rows)).toBe(TEXT)
    expect(svg).not.toMatch(/style|script/)
  })
})
