/** What the address that opened the app brought along. */
export type EntryLink =
  | { readonly type: 'invite'; readonly url: string; readonly invite: string }
  /** The whole link, as the engine reads it. */
  | { readonly type: 'pair'; readonly link: string }
  /** The code of a new device, which is read under Devices and nowhere else (S24). */
  | { readonly type: 'join' }

/**
 * Takes an invite or a pairing secret out of the address, at once and before anything else looks at it: a fragment is
 * never sent to a server, but it would stay in the browser's history.
 */
export function takeEntryLink(): EntryLink | undefined {
  const { href } = location
  if (location.hash === '') return undefined
  history.replaceState(history.state, '', location.pathname)
  return parseEntryLink(href)
}

/** Reads `https://salus.example/#invite=…` or `…/#pair=…`. */
export function parseEntryLink(text: string): EntryLink | undefined {
  const link = text.trim()
  if (link.length > LINK_LENGTH_MAX || !URL.canParse(link)) return undefined
  const url = new URL(link)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  const fragment = new URLSearchParams(url.hash.slice(1))
  const invite = fragment.get('invite')
  if (invite !== null && invite !== '') return { type: 'invite', url: url.origin, invite }
  if (fragment.has('join')) return { type: 'join' }
  const pair = fragment.get('pair')
  return pair === null || pair === '' ? undefined : { type: 'pair', link }
}

const LINK_LENGTH_MAX = 2_000
