import { defineConfig } from '@playwright/test'
import { findCertutil, findChromium, findFirefoxEsr, isRoot } from './tests/browsers/find-browsers.ts'

const reportFile = process.env['PLAYWRIGHT_JSON_OUTPUT_FILE']

/** Nothing but the page under test may use the network. */
const CHROMIUM_ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** End-to-end tests. Each starts the relay that it needs on a free port, so there is no shared server. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  workers: 2,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // A test ends long before: these bound what hangs, also where another process takes the machine's time.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: reportFile === undefined ? [['list']] : [['list'], ['json', { outputFile: reportFile }]],
  use: { trace: 'off', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'chromium',
      // Without certutil Chromium can't be given an authority; npm test says so.
      ...(findCertutil() === undefined ? { grepInvert: /@needs-certutil/ } : {}),
      use: {
        browserName: 'chromium',
        launchOptions: {
          ...findChromium(),
          args: isRoot() ? ['--no-sandbox', ...CHROMIUM_ARGUMENTS] : CHROMIUM_ARGUMENTS,
        },
      },
    },
    {
      name: 'firefox-esr',
      // What the engine or its driver can't do is not run there; npm test names those tests.
      grepInvert: /@chromium-only/,
      use: {
        browserName: 'firefox',
        channel: 'moz-firefox',
        launchOptions: {
          ...findFirefoxEsr(),
          firefoxUserPrefs: {
            'network.captive-portal-service.enabled': false,
            'network.connectivity-service.enabled': false,
            'dom.push.connection.enabled': false,
          },
        },
      },
    },
  ],
})
