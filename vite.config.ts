import { svelte } from '@sveltejs/vite-plugin-svelte'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const WEB = join(import.meta.dirname, 'apps/web')

/**
 * Builds the app into apps/web/dist. It is served by the relay under a policy without inline code (relay's serve-app),
 * and two builds of one commit are the same, byte for byte.
 */
export default defineConfig({
  root: WEB,
  define: { __BUILD_HASH__: JSON.stringify(sourceHash()) },
  build: {
    outDir: join(WEB, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // The polyfill would be an inline script.
    modulePreload: { polyfill: false },
    // Data URLs for small files would need font-src and img-src to allow them.
    assetsInlineLimit: 0,
    // uPlot and the engine are loaded apart; the first screen needs neither.
    chunkSizeWarningLimit: 700,
  },
  worker: {
    format: 'es',
    // The relay knows the key derivation's worker by this name: it alone may compile WebAssembly.
    rolldownOptions: { output: { entryFileNames: 'assets/[name]-[hash].js' } },
  },
  plugins: [
    svelte(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      registerType: 'prompt',
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,woff2,svg,png,webmanifest}'],
        // A big chunk left out in silence would be an app that isn't there without a network.
        maximumFileSizeToCacheInBytes: 8_000_000,
      },
      manifest: {
        id: '/',
        name: 'Salus',
        short_name: 'Salus',
        description: 'Your health record, encrypted, on your own devices.',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#f7f5ef',
        theme_color: '#f7f5ef',
        icons: [
          { src: '/icons/salus-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icons/salus-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icons/salus-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: '/icons/salus.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
    }),
  ],
})

/** Names a build by what it was made from, so that somebody can compare two devices; first 12 hex digits of SHA-256. */
function sourceHash(): string {
  const hash = createHash('sha256')
  for (const folder of ['apps/web/src', 'packages']) {
    for (const file of sourceFiles(join(import.meta.dirname, folder))) {
      hash
        .update(file.slice(import.meta.dirname.length))
        .update('\0')
        .update(readFileSync(file))
        .update('\0')
    }
  }
  return hash.digest('hex').slice(0, 12)
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
