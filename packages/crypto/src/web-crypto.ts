/**
 * The platform's Web Crypto, or null where it is missing: pages that are not a secure context have no `subtle`
 * (Web Crypto §10.1). Whoever uses it takes it as an argument, so that tests can run without it.
 */
export const platformSubtle: SubtleCrypto | null = globalThis.crypto?.subtle ?? null
