/** Directives of one policy (CSP Level 3). */
type Directives = readonly (readonly [name: string, ...sources: string[]])[]

const NOTHING_ELSE: Directives = [
  ['default-src', "'none'"],
  ['base-uri', "'none'"],
  ['form-action', "'none'"],
  ['frame-ancestors', "'none'"],
  ['require-trusted-types-for', "'script'"],
]

/**
 * For pages, the engine's worker and the service worker: own scripts only, no eval of any kind, no markup from strings
 * but through Svelte's policy and ours, and no connection but home and to the relays that the host has named.
 */
export function appPolicy(connectOrigins: readonly string[]): string {
  return spell([
    ...NOTHING_ELSE,
    ['script-src', "'self'"],
    ['style-src', "'self'"],
    ['img-src', "'self'", 'data:', 'blob:'],
    ['font-src', "'self'"],
    ['manifest-src', "'self'"],
    ['worker-src', "'self'"],
    ['connect-src', "'self'", ...connectOrigins],
    ['trusted-types', 'svelte-trusted-html', 'default'],
  ])
}

/**
 * For the one-shot worker that derives keys: it alone may compile WebAssembly (Argon2id), and it may connect to nobody,
 * since it sees the passphrase.
 */
export function keyDerivationPolicy(): string {
  return spell([...NOTHING_ELSE, ['script-src', "'self'", "'wasm-unsafe-eval'"], ['trusted-types', "'none'"]])
}

function spell(directives: Directives): string {
  return directives.map((directive) => directive.join(' ')).join('; ')
}
