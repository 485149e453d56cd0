/// <reference types="svelte" />
/// <reference types="vite/client" />

/** First 12 hex digits of the SHA-256 over this build's sources. */
declare const __BUILD_HASH__: string

/** The version in the repository's package.json. */
declare const __APP_VERSION__: string
