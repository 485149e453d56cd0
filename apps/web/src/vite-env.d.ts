/// <reference types="svelte" />
/// <reference types="vite/client" />
/// <reference types="vite-plugin-pwa/client" />

/** First 12 hex digits of the SHA-256 over this build's sources. */
declare const __BUILD_HASH__: string
