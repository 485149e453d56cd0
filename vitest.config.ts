import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/** Unit tests, which run in Node. Browser tests are playwright.config.ts and tests/webkit/vitest.config.ts. */
export default defineConfig({
  // Compiles the runes in `.svelte.ts` modules.
  plugins: [svelte()],
  test: {
    include: [
      'packages/**/*.test.ts',
      'relay/**/*.test.ts',
      'apps/**/*.test.ts',
      'deploy/build/*.test.ts',
      'tests/*.test.ts',
      'tests/{runner,engine,cli,browsers,canary,tidy,vectors,sim,mutants,fuzz,real-data,bench}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Key derivation is slow by design, and the machine may be busy with other work.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
