import type { Bytes } from '@salus/base'

/** Joins fields; integers are unsigned and big-endian. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  u8(value: number): this {
    return this.bytes(new Uint8Array([checked(value, 0xff)]))
  }

  u16(value: number): this {
    const part = new Uint8Array(2)
    new DataView(part.buffer).setUint16(0, checked(value, 0xffff))
    return this.bytes(part)
  }

  u32(value: number): this {
    const part = new Uint8Array(4)
    new DataView(part.buffer).setUint32(0, checked(value, 0xffffffff))
    return this.bytes(part)
  }

  bytes(part: Uint8Array): this {
    this.#parts.push(part)
    this.#length += part.length
    return this
  }

  finish(): Bytes {
    // Not `concatBytes(...parts)`: the frames of a full page are more arguments than a call can have.
    const joined = new Uint8Array(this.#length)
    let offset = 0
    for (const part of this.#parts) {
      joined.set(part, offset)
      offset += part.length
    }
    return joined
  }
}

function checked(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new Error('Invariant broken: integer out of range')
  return value
}

/**
 * Reads fields from outside bytes. Past the end it yields zeros and remembers: a decoder reads straight through and asks
 * `isComplete` once, so that no field can be used without the check nor trailing bytes be missed.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0
  #isShort = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(): number {
    return this.#take(1) ? this.#view.getUint8(this.#offset - 1) : 0
  }

  u16(): number {
    return this.#take(2) ? this.#view.getUint16(this.#offset - 2) : 0
  }

  u32(): number {
    return this.#take(4) ? this.#view.getUint32(this.#offset - 4) : 0
  }

  /** A copy, so that what is kept does not hold the whole page in memory. */
  bytes(length: number): Bytes {
    return this.#take(length)
      ? Uint8Array.from(this.#bytes.subarray(this.#offset - length, this.#offset))
      : new Uint8Array(0)
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  /** Nothing was read past the end. */
  get isWithin(): boolean {
    return !this.#isShort
  }

  /** Nothing was read past the end, and nothing is left. */
  get isComplete(): boolean {
    return !this.#isShort && this.remaining === 0
  }

  #take(length: number): boolean {
    if (this.#isShort || length > this.remaining) {
      this.#isShort = true
      return false
    }
    this.#offset += length
    return true
  }
}
