/**
 * The Trusted Types policy of the page and of the engine's worker; imported before anything else.
 *
 * The content security policy asks for Trusted Types on every script address. A worker and the service worker are the
 * only scripts that are loaded by address at run time, so the default policy lets just those of this build through.
 */

/** Lets a script address pass when it is this build's own, and throws otherwise. */
export function ownScriptUrl(address: string): string {
  const url = new URL(address, self.location.href)
  const isOwn =
    url.origin === self.location.origin && (url.pathname === '/sw.js' || url.pathname.startsWith('/assets/'))
  if (!isOwn && !import.meta.env.DEV) throw new TypeError('Script address refused')
  return address
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): unknown
}

// TypeScript's DOM library does not know Trusted Types yet; an engine without them has no such property.
const trustedTypes = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes

trustedTypes?.createPolicy('default', { createScriptURL: ownScriptUrl })
