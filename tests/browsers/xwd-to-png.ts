import { crc32, deflateSync } from 'node:zlib'

const WIDTH = 4 * 4
const HEIGHT = 5 * 4
const BITS_PER_PIXEL = 11 * 4
const BYTES_PER_LINE = 12 * 4
const COLOURS = 19 * 4
const COLOUR_BYTES = 12
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * Xvfb's frame buffer file as PNG.
 * @param dump an X window dump, version 7 (X11/XWDFile.h): 32 bits a pixel, blue first, as Xvfb writes on little-endian
 * @throws on any other pixel layout
 */
export function xwdToPng(dump: Buffer): Buffer {
  const width = dump.readUInt32BE(WIDTH)
  const height = dump.readUInt32BE(HEIGHT)
  const bytesPerLine = dump.readUInt32BE(BYTES_PER_LINE)
  if (dump.readUInt32BE(BITS_PER_PIXEL) !== 32) throw new Error('the frame buffer is not 32 bits a pixel')
  const pixels = dump.readUInt32BE(0) + dump.readUInt32BE(COLOURS) * COLOUR_BYTES

  // Each line starts with its filter: 0 is none (PNG §9.2).
  const lines = Buffer.alloc(height * (1 + width * 3))
  let out = 0
  for (let y = 0; y < height; y++) {
    out++
    for (let x = 0; x < width; x++) {
      const at = pixels + y * bytesPerLine + x * 4
      lines[out++] = dump.readUInt8(at + 2)
      lines[out++] = dump.readUInt8(at + 1)
      lines[out++] = dump.readUInt8(at)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
