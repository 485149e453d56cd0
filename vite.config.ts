import { svelte } from '@sveltejs/vite-plugin-svelte'
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { sourceHash } from './deploy/build/build-identity.ts'
import { keepEarlierBuilds } from './deploy/build/keep-earlier-builds.ts'
import manifest from './package.json' with { type: 'json' }

const ROOT_DIR = import.meta.dirname
const WEB = join(ROOT_DIR, 'apps/web')
const kept = keepEarlierBuilds(ROOT_DIR, manifest.version)

/**
 * Builds the app into apps/web/dist. It is served by the relay under a policy without inline code (relay's serve-app),
 * and two builds of one commit are the same, byte for byte.
 */
export default defineConfig({
  root: WEB,
  define: {
    __BUILD_HASH__: JSON.stringify(sourceHash(ROOT_DIR)),
    __APP_VERSION__: JSON.stringify(manifest.version),
  },
  build: {
    outDir: join(WEB, 'dist'),
    // Pages that are open still ask for the files of the build that they came from (keepEarlierBuilds).
    emptyOutDir: false,
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
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        // What is loaded later shares the engine's code, and must not import the worker's own file for it: WebKit runs a
        // worker's file again when it is imported.
        codeSplitting: { groups: [{ name: 'engine', test: /packages\/engine\/src\/worker\.ts$/ }] },
      },
    },
  },
  plugins: [
    svelte(),
    kept.plugin,
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      registerType: 'prompt',
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,woff2,svg,png,webmanifest}'],
        // A page keeps its own build for offline use, and none of those that came before.
        manifestTransforms: [(entries) => ({ manifest: entries.filter(({ url }) => kept.isOwn(url)), warnings: [] })],
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
