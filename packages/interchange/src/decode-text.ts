import { type Result, err, ok } from '@salus/base'

/**
 * The text of a file in UTF-8 or UTF-16, by its byte order mark, else by the zero bytes that UTF-16 puts beside ASCII,
 * else UTF-8. The mark is taken off. Broken text is refused, never patched with replacement characters.
 */
export function decodeText(bytes: Uint8Array): Result<string, { type: 'NotText' }> {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: false }).decode(bytes)
    return text.includes('\0') ? err({ type: 'NotText' }) : ok(text)
  } catch {
    return err({ type: 'NotText' })
  }
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (second === 0 && first !== 0) return 'utf-16le'
  return first === 0 && second !== 0 && second !== undefined ? 'utf-16be' : 'utf-8'
}
