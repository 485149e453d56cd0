import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type Page, type PlaywrightWorkerArgs, expect, test } from '@playwright/test'
import { STORE_CONTRACT } from '@salus/store/contract'
import type { StorePage } from './store/page.ts'
import { type StoreSite, serveStorePage } from './store/serve-store-page.ts'

/** What `page.ts` hangs on the page's global object. */
declare const storePage: StorePage

let site: StoreSite
test.beforeAll(async () => {
  site = await serveStorePage()
})
test.afterAll(() => site.close())

async function openPage(page: Page): Promise<void> {
  await page.goto(site.url)
  await page.waitForFunction(() => 'storePage' in globalThis)
}

test('the store in IndexedDB keeps every case of the contract', async ({ page }) => {
  await openPage(page)
  expect(await page.evaluate(() => storePage.titles)).toEqual(STORE_CONTRACT.map(({ title }) => title))
  for (const [index, { title }] of STORE_CONTRACT.entries()) {
    await test.step(title, async () => {
      expect(await page.evaluate((i) => storePage.runCase(i), index), title).toBeUndefined()
    })
  }
})

test('every write asks for strict durability but what the port lets be flushed later (V36)', async ({ page }) => {
  await openPage(page)
  const durabilities = await page.evaluate(() => storePage.durabilities('durability'))
  expect(durabilities).toEqual([
    'write strict',
    'flushedLater relaxed',
    'offered strict',
    'acknowledged relaxed',
    'alarm strict',
  ])
})

test("another tab's upgrade closes this store cleanly, and older code leaves the newer database alone", async ({
  page,
}) => {
  await openPage(page)
  expect(await page.evaluate(() => storePage.upgradeBeside('upgraded'))).toEqual({
    closedElsewhere: 1,
    upgraded: true,
    write: '{"type":"StoreFailed","reason":"Closed"}',
    reopened: '{"type":"StoreFailed","reason":"Newer"}',
  })
})

test('a tab that holds on to an older version delays the opening, and the app hears of it', async ({ page }) => {
  await openPage(page)
  expect(await page.evaluate(() => storePage.openBlocked('blocked'))).toEqual(['blocked', 'opened'])
})

test('destroying the database in one tab closes the store of another', async ({ context, page }) => {
  const other = await context.newPage()
  await openPage(page)
  await openPage(other)
  await page.evaluate(() => storePage.holdOpen('shared'))
  await other.evaluate(() => storePage.destroy('shared'))
  await page.evaluate(() => storePage.isClosedElsewhere())
  expect(await page.evaluate(() => storePage.writeHeld())).toBe('Closed')
})

test(
  "clearing the site's data closes the store, and the app hears of it",
  { tag: '@chromium-only' },
  async ({ context, page }) => {
    await openPage(page)
    await page.evaluate(() => storePage.holdOpen('cleared'))
    const browser = await context.newCDPSession(page)
    await browser.send('Storage.clearDataForOrigin', { origin: new URL(site.url).origin, storageTypes: 'indexeddb' })
    await page.evaluate(() => storePage.isClosedElsewhere())
    expect(await page.evaluate(() => storePage.writeHeld())).toBe('Closed')
  },
)

test(
  'a full disk is told as such, and nothing of the write is kept',
  { tag: '@chromium-only' },
  async ({ context, page }) => {
    await openPage(page)
    const browser = await context.newCDPSession(page)
    // Before the first write: Chromium keeps what it knows of the space that is left for a while.
    await browser.send('Storage.overrideQuotaForOrigin', { origin: new URL(site.url).origin, quotaSize: 1_000_000 })
    expect(await page.evaluate(() => storePage.append('quota', 1, 2, 1_000))).toBe('ok')
    expect(await page.evaluate(() => storePage.append('quota', 3, 40, 300_000))).toBe('Full')
    expect(await page.evaluate(() => storePage.count('quota'))).toEqual({ tip: 2, rows: 2, waiting: 2 })
    expect(await page.evaluate(() => storePage.append('quota', 3, 1, 1_000))).toBe('ok')
  },
)

test('what a write has resolved survives kill -9 of the browser', async ({ playwright, browserName }, info) => {
  const profile = mkdtempSync(join(tmpdir(), 'salus-profile-'))
  let context: BrowserContext | undefined
  try {
    for (const round of [0, 1, 2]) {
      context = await launch(playwright, browserName, info.project.use, profile)
      const page = await context.newPage()
      await openPage(page)
      const rows = 10 * round
      expect(await page.evaluate(() => storePage.count('killed'))).toEqual({ tip: rows, rows, waiting: rows })
      const isClosed = context.waitForEvent('close')
      expect(await page.evaluate((from) => storePage.append('killed', from, 10, 5_000), rows + 1)).toBe('ok')
      expect(killBrowserOf(profile)).toBeGreaterThan(0)
      await isClosed
    }
  } finally {
    await context?.close().catch(() => undefined)
    killBrowserOf(profile)
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
})

function launch(
  playwright: PlaywrightWorkerArgs['playwright'],
  browserName: 'chromium' | 'firefox' | 'webkit',
  use: { launchOptions?: object | undefined; channel?: string | undefined },
  profile: string,
): Promise<BrowserContext> {
  const channel = use.channel === undefined ? {} : { channel: use.channel }
  return playwright[browserName].launchPersistentContext(profile, { ...channel, ...use.launchOptions })
}

/** Kills the processes that were started on this test's own profile, and says how many those were. */
function killBrowserOf(profile: string): number {
  const { stdout } = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
  const pids = stdout
    .split('\n')
    .filter((line) => line.includes(profile))
    .map((line) => Number.parseInt(line, 10))
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // A child may have ended with its parent.
    }
  }
  return pids.length
}
