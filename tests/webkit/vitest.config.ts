import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests on WebKitGTK, driven from Node by tests/browsers/webkit.ts: `npx vitest run --config tests/webkit/vitest.config.ts`. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['tests/webkit/**/*.webkit.ts'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Each file runs a browser or two, and two of those keep a small machine busy.
    fileParallelism: false,
  },
})
