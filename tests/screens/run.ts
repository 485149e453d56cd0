import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { en } from '../../apps/web/src/messages/en.ts'
import { findChromium, isRoot } from '../browsers/find-browsers.ts'
import { Salus } from '../e2e/server.ts'
import { type Visit, visitFirstScreens } from './first-screens.ts'
import { goTo, openSample } from './sample-screens.ts'
import { SCREENS, SIZES, THEMES } from './screen-list.ts'

/** The day that the pictures show: the sample's two years end here, so that a new run differs only where the app does. */
const SHOWN_AT = new Date('2026-11-24T07:10:00Z')
/** Where only an installed app keeps its data, installing comes before everything else. */
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
const FOLDER = join(import.meta.dirname, '../../docs/screens')

/** Writes a picture of every screen, in both themes and sizes, with the sample record of a man, to docs/screens. */
async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const salus = await Salus.start()
  const browser = await chromium.launch({ ...findChromium(), args: isRoot() ? ['--no-sandbox'] : [] })
  try {
    for (const { name: size, width, height } of SIZES) {
      for (const colorScheme of THEMES) {
        const look = {
          viewport: { width, height },
          colorScheme,
          locale: 'en-GB',
          timezoneId: 'Europe/Berlin',
          reducedMotion: 'reduce',
        } as const
        const picture: TakePicture = async (page, name) => {
          await page.evaluate(() => document.fonts.ready)
          await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) })
        }
        await inContext(browser, look, (page) => visitFirstScreens(page, salus.url, (name) => picture(page, name)))
        await inContext(browser, { ...look, userAgent: IPHONE }, async (page) => {
          await page.goto(salus.url)
          await page.getByRole('button', { name: en.onboarding.installSkip, exact: true }).waitFor()
          await picture(page, 'install-ios')
        })
        await inContext(browser, look, (page) => sampleScreens(page, salus.url, (name) => picture(page, name)))
      }
    }
  } finally {
    await browser.close()
    await salus.dispose()
  }
}

type TakePicture = (page: Page, name: string) => Promise<void>

/** A browser profile of its own, at the pictures' time. */
async function inContext(
  browser: Browser,
  options: BrowserContextOptions,
  visit: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.clock.setFixedTime(SHOWN_AT)
  await visit(page)
  await context.close()
}

async function sampleScreens(page: Page, url: string, picture: Visit): Promise<void> {
  await openSample(page, url)
  for (const { name, path } of SCREENS) {
    await goTo(page, path)
    await picture(name)
  }
  await goTo(page, '/labs')
  await page.getByRole('link', { name: 'Testosterone, total' }).first().click()
  await page.locator('figure canvas').waitFor()
  await picture('marker')
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('button', { name: en.result.delete, exact: true }).waitFor()
  await picture('result')
}

await main()
