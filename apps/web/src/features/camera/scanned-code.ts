/** What a screen waits for when it scans. */
export type CodeKind = 'pair' | 'join' | 'kit' | 'invite'

export interface KitCode {
  readonly words: string
  /** Empty when the kit was printed before a relay was known. */
  readonly relayUrl: string
}

/** `text` is what the screen goes on with: a whole link, or the kit's words. */
export type ScannedCode =
  | { readonly isRefused: false; readonly text: string; readonly relayUrl: string }
  | { readonly isRefused: true; readonly reason: 'tooLong' | 'notSalus' | 'otherKind' | 'otherOrigin' }

/** Characters of a code that are looked at: a link is below 150, a kit's code below 250. */
export const CODE_CHARACTERS_MAX = 600

const KIT_SCHEME = 'salus-kit:'
/** The longest words of a kit with what stands between them. */
const KIT_WORDS_TEXT = /^[a-z]{3,8}(-[a-z]{3,8}){11}$/

/**
 * The code on a printed kit. Not a web address, on purpose: a camera app that reads it opens nothing, sends nothing and
 * leaves no trace in a browser's history.
 */
export function kitCode({ words, relayUrl }: { readonly words: readonly string[]; readonly relayUrl: string }): string {
  const relay = relayUrl === '' ? '' : `?relay=${encodeURIComponent(relayUrl)}`
  return `${KIT_SCHEME}${words.join('-')}${relay}`
}

/**
 * Judges what a camera has read: anybody can print a code. A link is taken only when it leads to the origin that this app
 * came from, or to the record's own relay where that is known; another one can still be pasted by somebody who means it.
 */
export function readScannedCode(code: string, kind: CodeKind, ownOrigin: string): ScannedCode {
  if (code.length > CODE_CHARACTERS_MAX) return { isRefused: true, reason: 'tooLong' }
  const text = code.trim()
  if (text.startsWith(KIT_SCHEME)) {
    const kit = readKitCode(text)
    if (kit === undefined) return { isRefused: true, reason: 'notSalus' }
    return kind === 'kit'
      ? { isRefused: false, text: kit.words, relayUrl: kit.relayUrl }
      : { isRefused: true, reason: 'otherKind' }
  }
  const link = URL.canParse(text) ? new URL(text) : undefined
  const found = /^#(pair|join|invite)=[A-Za-z0-9_-]+$/.exec(link?.hash ?? '')?.[1]
  if (link === undefined || found === undefined || (link.protocol !== 'https:' && link.protocol !== 'http:'))
    return { isRefused: true, reason: 'notSalus' }
  if (found !== kind) return { isRefused: true, reason: 'otherKind' }
  if (link.origin !== ownOrigin) return { isRefused: true, reason: 'otherOrigin' }
  return { isRefused: false, text, relayUrl: link.origin }
}

function readKitCode(text: string): KitCode | undefined {
  const [words = '', query] = text.slice(KIT_SCHEME.length).split('?')
  if (!KIT_WORDS_TEXT.test(words)) return undefined
  const relay = new URLSearchParams(query ?? '').get('relay') ?? ''
  if (relay !== '' && !(URL.canParse(relay) && /^https?:$/.test(new URL(relay).protocol))) return undefined
  return { words: words.replaceAll('-', ' '), relayUrl: relay === '' ? '' : new URL(relay).origin }
}
