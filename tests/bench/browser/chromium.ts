import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Page, chromium } from 'playwright-core'
import { build } from 'vite'
import { profileFolder } from '../profile/keep-profile.ts'
import { findChromium, isRoot } from '../../browsers/find-browsers.ts'

/** Builds the page that measures, for a relay to serve. @returns the folder, which the caller removes */
export async function buildBenchPage(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'salus-bench-page-'))
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'error',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      minify: profileFolder() === undefined,
    },
    worker: { format: 'es' },
  })
  return outDir
}

export function hasChromium(): boolean {
  return findChromium() !== undefined
}

/**
 * Opens the page in a browser with a profile of its own on the disk: in a private window IndexedDB would be in memory
 * alone.
 */
export async function inChromium<T>(url: string, act: (page: Page) => Promise<T>): Promise<T> {
  return inBrowser(async (page) => {
    await page.goto(url)
    await page.waitForFunction(() => 'bench' in globalThis)
    return act(page)
  })
}

/** As {@link inChromium}, with an empty page. */
export async function inBrowser<T>(act: (page: Page) => Promise<T>): Promise<T> {
  const launch = findChromium()
  if (launch === undefined) throw new Error('there is no Chromium')
  const profile = await mkdtemp(join(tmpdir(), 'salus-bench-profile-'))
  const browser = await chromium.launchPersistentContext(profile, {
    ...launch,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      ...(isRoot() ? ['--no-sandbox'] : []),
    ],
  })
  try {
    return await act(await browser.newPage())
  } finally {
    await browser.close()
    await rm(profile, { recursive: true, force: true })
  }
}
