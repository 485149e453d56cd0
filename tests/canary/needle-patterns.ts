/** Something planted that must be found nowhere. */
export interface Needle {
  /** What a finding calls it; the value itself is never printed. */
  readonly name: string
  /** At least {@link NEEDLE_BYTES_MIN} bytes, as text in UTF-8. */
  readonly value: string | Uint8Array
}

/** One spelling of a needle. */
export interface Pattern {
  readonly needle: string
  readonly encoding: string
  readonly bytes: Buffer
}

/** Anything shorter turns up by chance, and its base64 form has too few letters that depend on it alone. */
export const NEEDLE_BYTES_MIN = 6

/**
 * Every spelling that is searched for: the bytes themselves (text also as Latin-1, which is how V8 and Firefox store
 * strings without wide characters, as UTF-16 of both orders, and as Firefox writes keys), hex in both cases, and base64 and base64url at each
 * of the three alignments.
 * @throws when a needle is shorter than {@link NEEDLE_BYTES_MIN}
 */
export function patternsOf(needles: readonly Needle[]): readonly Pattern[] {
  return needles.flatMap(({ name, value }) => {
    const bytes = Buffer.from(value)
    if (bytes.length < NEEDLE_BYTES_MIN) throw new Error(`the needle ${name} is shorter than ${NEEDLE_BYTES_MIN} bytes`)
    const spellings = new Map<string, Pattern>()
    const add = (encoding: string, spelling: Buffer) => {
      const key = spelling.toString('latin1')
      if (!spellings.has(key)) spellings.set(key, { needle: name, encoding, bytes: spelling })
    }
    add(typeof value === 'string' ? 'utf-8' : 'bytes', bytes)
    if (typeof value === 'string') {
      const utf16 = Buffer.from(value, 'utf16le')
      if (!/[^\0-\xff]/.test(value)) add('latin-1', Buffer.from(value, 'latin1'))
      add('utf-16le', utf16)
      add('utf-16be', Buffer.from(utf16).swap16())
      // How Firefox writes the letters of an IndexedDB key (dom/indexedDB/Key.cpp, ONE_BYTE_ADJUST).
      if (/^[\0-\x7e]*$/.test(value)) add('firefox key', Buffer.from(bytes.map((byte) => byte + 1)))
    }
    const hex = bytes.toString('hex')
    add('hex', Buffer.from(hex))
    add('hex', Buffer.from(hex.toUpperCase()))
    for (let alignment = 0; alignment < 3; alignment++) {
      const base64 = base64Core(bytes, alignment)
      add('base64', Buffer.from(base64))
      add('base64url', Buffer.from(base64.replaceAll('+', '-').replaceAll('/', '_')))
    }
    return [...spellings.values()]
  })
}

/** The base64 letters that depend on `bytes` alone when `alignment` (0–2) unknown bytes stand before them. */
function base64Core(bytes: Buffer, alignment: number): string {
  const letters = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64')
  const from = Math.ceil((alignment * 8) / 6)
  const to = Math.floor(((alignment + bytes.length) * 8) / 6)
  return letters.slice(from, to)
}
