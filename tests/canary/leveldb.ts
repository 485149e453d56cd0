import { type Unpacked, unpackSnappy } from './snappy.ts'

/** The last bytes of a table: leveldb table_format.md, kTableMagicNumber in little-endian. */
const TABLE_MAGIC = Buffer.from('57fb808b247547db', 'hex')
const FOOTER_BYTES = 48
const SNAPPY = 1
const LOG_BLOCK_BYTES = 32 * 1024
const LOG_HEADER_BYTES = 7
/** Blocks of a table beyond which its index is taken for broken. */
const BLOCKS_MAX = 1_000_000
const [LOG_FULL, LOG_FIRST, LOG_MIDDLE, LOG_LAST] = [1, 2, 3, 4]

export function isLevelDbTable(file: Buffer): boolean {
  return file.length >= FOOTER_BYTES && file.subarray(-TABLE_MAGIC.length).equals(TABLE_MAGIC)
}

/** The name of a write-ahead log or manifest; their content says nothing of what they are. */
export function isLevelDbLogName(fileName: string): boolean {
  return /^(\d{6,}\.log|MANIFEST-\d{6,})$/.test(fileName)
}

/**
 * All blocks of a table, unpacked, each followed by its keys written out: keys share prefixes in a block, so a string in
 * a key may stand there in part only.
 * @throws when the footer's or the index's handles lead outside the file, or a packed block is broken
 */
export function* readLevelDbTable(file: Buffer): Generator<Unpacked> {
  const footer = file.subarray(-FOOTER_BYTES)
  const metaIndex = readHandle(footer, 0)
  const index = readHandle(footer, metaIndex.end)
  for (const top of [metaIndex, index]) {
    const block = readBlock(file, top)
    yield { offset: top.offset, output: block }
    let blocks = 0
    for (const { key, value } of readEntries(block)) {
      if (++blocks > BLOCKS_MAX) throw new Error('too many blocks in a LevelDB table')
      yield { offset: top.offset, output: key }
      const handle = readHandle(value, 0)
      const data = readBlock(file, handle)
      yield { offset: handle.offset, output: data }
      // A filter block is no list of entries.
      if (top === index) {
        yield { offset: handle.offset, output: Buffer.concat([...readEntries(data)].map((entry) => entry.key)) }
      }
    }
  }
}

/** The records of a log, put together again where they were split over its 32 KiB blocks (log_format.md). */
export function* readLevelDbLog(file: Buffer): Generator<Unpacked> {
  let parts: Buffer[] = []
  let start = 0
  for (let at = 0; at + LOG_HEADER_BYTES <= file.length;) {
    const leftInBlock = LOG_BLOCK_BYTES - (at % LOG_BLOCK_BYTES)
    const length = leftInBlock < LOG_HEADER_BYTES ? 0 : file.readUInt16LE(at + 4)
    const type = leftInBlock < LOG_HEADER_BYTES ? 0 : file.readUInt8(at + 6)
    if (type < LOG_FULL || type > LOG_LAST || LOG_HEADER_BYTES + length > leftInBlock) {
      // The tail of a block, or room that was set aside and not written yet.
      at += leftInBlock
      continue
    }
    if (type === LOG_FULL || type === LOG_FIRST) {
      parts = []
      start = at
    }
    parts.push(file.subarray(at + LOG_HEADER_BYTES, at + LOG_HEADER_BYTES + length))
    at += LOG_HEADER_BYTES + length
    // What a crash cut off is read as well.
    const isCutOff = type !== LOG_LAST && at + LOG_HEADER_BYTES > file.length
    if (type === LOG_LAST || isCutOff) yield { offset: start, output: Buffer.concat(parts) }
    else if (type === LOG_FULL) yield { offset: start, output: Buffer.concat(parts) }
    else if (type === LOG_MIDDLE) continue
  }
}

interface Handle {
  readonly offset: number
  readonly size: number
  readonly end: number
}

function readHandle(bytes: Buffer, at: number): Handle {
  const offset = readVarint(bytes, at)
  const size = readVarint(bytes, offset.end)
  return { offset: offset.value, size: size.value, end: size.end }
}

function readBlock(file: Buffer, { offset, size }: Handle): Buffer {
  if (offset + size + 1 > file.length) throw new Error('a LevelDB block lies outside its file')
  const packed = file.subarray(offset, offset + size)
  const packing = file.readUInt8(offset + size)
  if (packing === 0) return packed
  const block = packing === SNAPPY ? unpackSnappy(packed) : undefined
  if (block === undefined) throw new Error(`a LevelDB block is packed in a way that is not known: ${packing}`)
  return block
}

function* readEntries(block: Buffer): Generator<{ readonly key: Buffer; readonly value: Buffer }> {
  if (block.length < 4) return
  const restarts = block.readUInt32LE(block.length - 4)
  const end = block.length - 4 - restarts * 4
  let key = Buffer.alloc(0)
  for (let at = 0; at < end;) {
    const shared = readVarint(block, at)
    const unshared = readVarint(block, shared.end)
    const valueBytes = readVarint(block, unshared.end)
    const keyEnd = valueBytes.end + unshared.value
    key = Buffer.concat([key.subarray(0, shared.value), block.subarray(valueBytes.end, keyEnd)])
    yield { key, value: block.subarray(keyEnd, keyEnd + valueBytes.value) }
    at = keyEnd + valueBytes.value
  }
}

function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return { value, end: at + i + 1 }
  }
  throw new Error('a broken number in a LevelDB block')
}
