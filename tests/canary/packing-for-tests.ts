/**
 * Small packers for tests of the scanner: each makes real copies (back references), so that what it packs can't be
 * found by searching the packed bytes.
 */

const MATCH_LENGTH_MIN = 4

interface Step {
  readonly literal: Buffer
  /** A copy that follows the literal, but for the last step. */
  readonly copy?: { readonly distance: number; readonly length: number }
}

/** A raw Snappy stream. */
export function packSnappy(input: Buffer): Buffer {
  const parts: Buffer[] = [varint(input.length)]
  for (const { literal, copy } of findCopies(input)) {
    for (let at = 0; at < literal.length; at += 60) {
      const piece = literal.subarray(at, at + 60)
      parts.push(Buffer.from([(piece.length - 1) << 2]), piece)
    }
    if (copy === undefined) continue
    for (let left = copy.length; left > 0; left -= 64) {
      parts.push(Buffer.from([((Math.min(left, 64) - 1) << 2) | 2, copy.distance & 255, copy.distance >> 8]))
    }
  }
  return Buffer.concat(parts)
}

/** Snappy's framing format, a compressed and a plain chunk in turn; checksums are zero. */
export function packSnappyFrames(input: Buffer, chunkBytes: number): Buffer {
  const parts = [Buffer.from([0xff, 6, 0, 0]), Buffer.from('sNaPpY')]
  for (let at = 0, isPacked = true; at < input.length; at += chunkBytes, isPacked = !isPacked) {
    const chunk = input.subarray(at, at + chunkBytes)
    const data = Buffer.concat([Buffer.alloc(4), isPacked ? packSnappy(chunk) : chunk])
    parts.push(Buffer.from([isPacked ? 0 : 1, data.length & 255, (data.length >> 8) & 255, data.length >> 16]), data)
  }
  return Buffer.concat(parts)
}

export function packMozLz4(input: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(input.length)
  const parts: Buffer[] = [Buffer.from('mozLz40\0', 'latin1'), size]
  const lengthBytes = (length: number) => {
    const bytes: number[] = []
    for (let left = length - 15; left >= 0; left -= 255) bytes.push(Math.min(left, 255))
    return Buffer.from(bytes)
  }
  for (const { literal, copy } of findCopies(input)) {
    const matchLength = copy === undefined ? 0 : copy.length - MATCH_LENGTH_MIN
    const token = (Math.min(literal.length, 15) << 4) | Math.min(matchLength, 15)
    parts.push(Buffer.from([token]), lengthBytes(literal.length), literal)
    if (copy !== undefined) parts.push(Buffer.from([copy.distance & 255, copy.distance >> 8]), lengthBytes(matchLength))
  }
  return Buffer.concat(parts)
}

/** A LevelDB table of one packed data block; keys share prefixes as LevelDB writes them. */
export function packLevelDbTable(entries: readonly (readonly [key: string, value: Buffer])[]): Buffer {
  const data = packSnappy(entriesBlock(entries.map(([key, value]) => [Buffer.from(key), value])))
  const parts: Buffer[] = []
  let offset = 0
  const append = (block: Buffer, packing: number) => {
    const handle = Buffer.concat([varint(offset), varint(block.length)])
    parts.push(block, Buffer.from([packing, 0, 0, 0, 0]))
    offset += block.length + 5
    return handle
  }
  const dataHandle = append(data, 1)
  const metaIndexHandle = append(entriesBlock([]), 0)
  const indexHandle = append(entriesBlock([[Buffer.from('zzz'), dataHandle]]), 0)
  const footer = Buffer.alloc(48)
  Buffer.concat([metaIndexHandle, indexHandle]).copy(footer)
  Buffer.from('57fb808b247547db', 'hex').copy(footer, 40)
  return Buffer.concat([...parts, footer])
}

/** A LevelDB log of one record, split over blocks of 32 KiB. */
export function packLevelDbLog(record: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < record.length; at += 32_761) {
    const piece = record.subarray(at, at + 32_761)
    const isFirst = at === 0
    const isLast = at + piece.length === record.length
    const type = isFirst ? (isLast ? 1 : 2) : isLast ? 4 : 3
    parts.push(Buffer.from([0, 0, 0, 0, piece.length & 255, piece.length >> 8, type]), piece)
  }
  return Buffer.concat(parts)
}

function entriesBlock(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  const parts: Buffer[] = []
  let previous: Uint8Array = Buffer.alloc(0)
  for (const [key, value] of entries) {
    let shared = 0
    while (shared < previous.length && shared < key.length && previous[shared] === key[shared]) shared++
    parts.push(varint(shared), varint(key.length - shared), varint(value.length), key.subarray(shared), value)
    previous = key
  }
  const restarts = Buffer.alloc(8)
  restarts.writeUInt32LE(1, 4)
  return Buffer.concat([...parts, restarts])
}

function* findCopies(input: Buffer): Generator<Step> {
  const seen = new Map<string, number>()
  let literalStart = 0
  let at = 0
  while (at + MATCH_LENGTH_MIN <= input.length) {
    const key = input.toString('latin1', at, at + MATCH_LENGTH_MIN)
    const earlier = seen.get(key)
    seen.set(key, at)
    if (earlier === undefined || at - earlier > 0xffff) {
      at++
      continue
    }
    let length = MATCH_LENGTH_MIN
    while (at + length < input.length && input[earlier + length] === input[at + length]) length++
    yield { literal: input.subarray(literalStart, at), copy: { distance: at - earlier, length } }
    at += length
    literalStart = at
  }
  yield { literal: input.subarray(literalStart) }
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  bytes.push(left)
  return Buffer.from(bytes)
}
