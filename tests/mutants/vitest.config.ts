import { defineConfig } from 'vitest/config'

/** The suites that mutants name, one at a time, as fast as they go. */
export default defineConfig({
  root: process.cwd(),
  test: {
    include: ['packages/**/*.test.ts', 'relay/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    maxWorkers: 1,
    bail: 1,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
