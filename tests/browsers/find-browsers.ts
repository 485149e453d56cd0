import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

/** What Playwright needs to start a browser that it didn't install itself. */
export interface BrowserLaunch {
  readonly executablePath?: string
  readonly channel?: string
}

export interface WebKitPrograms {
  readonly driver: string
  readonly browser: string
  readonly display: string
}

export type Engine = 'chromium' | 'firefox-esr' | 'webkit'

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const CHROME_ELSEWHERE = {
  darwin: '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  win32: 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
}
const FIREFOX_PATH = '/usr/bin/firefox-esr'
const WEBKIT_DRIVER_PATH = '/usr/bin/WebKitWebDriver'
const XVFB_PATH = '/usr/bin/Xvfb'
const CERTUTIL_PATH = '/usr/bin/certutil'
const CERTUTIL_PACKAGE = 'libnss3-tools'
const LIBRARIES_DIR = '/usr/lib'

const DEBIAN_PACKAGES: Readonly<Record<Engine, readonly string[]>> = {
  chromium: ['chromium', 'fonts-dejavu-core'],
  'firefox-esr': ['firefox-esr'],
  webkit: ['webkit2gtk-driver', 'xvfb', 'xauth'],
}
/** Another apt may hold the lock for a while. */
const APT_LOCK_TIMEOUT_S = 600

/** `PLAYWRIGHT_CHROMIUM`, then the system's browser, then the one that Playwright installed. */
export function findChromium(): BrowserLaunch | undefined {
  const named = process.env['PLAYWRIGHT_CHROMIUM']
  if (named !== undefined && existsSync(named)) return { executablePath: named }
  const executablePath = CHROMIUM_PATHS.find((path) => existsSync(path))
  if (executablePath !== undefined) return { executablePath }
  if (process.platform === 'darwin' || process.platform === 'win32') {
    if (existsSync(CHROME_ELSEWHERE[process.platform])) return { channel: 'chrome' }
  }
  return existsSync(chromium.executablePath()) ? {} : undefined
}

/** Debian's Firefox ESR, which Playwright drives over BiDi; its own Firefox build is not what people use. */
export function findFirefoxEsr(): BrowserLaunch | undefined {
  const named = process.env['PLAYWRIGHT_FIREFOX']
  if (named !== undefined && existsSync(named)) return { executablePath: named, channel: 'moz-firefox' }
  return existsSync(FIREFOX_PATH) ? { executablePath: FIREFOX_PATH, channel: 'moz-firefox' } : undefined
}

/** What puts an authority into the store that Chromium reads on Linux. */
export function findCertutil(): string | undefined {
  return existsSync(CERTUTIL_PATH) ? CERTUTIL_PATH : undefined
}

/** Installs it on Debian as root. @returns whether it is there now */
export function ensureCertutil(say: (message: string) => void): boolean {
  if (findCertutil() === undefined && isDebianRoot()) {
    say(`Installing ${CERTUTIL_PACKAGE} …`)
    installDebianPackages([CERTUTIL_PACKAGE])
  }
  return findCertutil() !== undefined
}

/** WebKitGTK: the driver, its small browser, and the display server that it draws on. */
export function findWebKit(): WebKitPrograms | undefined {
  if (!existsSync(WEBKIT_DRIVER_PATH) || !existsSync(XVFB_PATH)) return undefined
  for (const architecture of readdirSync(LIBRARIES_DIR)) {
    const browser = join(LIBRARIES_DIR, architecture, 'webkit2gtk-4.1', 'MiniBrowser')
    if (existsSync(browser)) return { driver: WEBKIT_DRIVER_PATH, browser, display: XVFB_PATH }
  }
  return undefined
}

/**
 * Sees to it that an engine is there, installing it where that can be done without asking: on Debian as root, and for
 * Chromium by Playwright elsewhere.
 * @returns whether it is there now
 */
export function ensureEngine(engine: Engine, say: (message: string) => void): boolean {
  if (isPresent(engine)) return true
  if (isDebianRoot()) {
    say(`Installing ${DEBIAN_PACKAGES[engine].join(', ')} …`)
    installDebianPackages(DEBIAN_PACKAGES[engine])
  } else if (engine === 'chromium') {
    say("Installing Playwright's Chromium …")
    run('npx', ['playwright', 'install', 'chromium'])
  }
  if (isPresent(engine)) return true
  say(
    `${engine} is not here and could not be installed. ` +
      (engine === 'chromium'
        ? 'Install Chromium or Chrome, or name one in PLAYWRIGHT_CHROMIUM.'
        : `Debian has it as ${DEBIAN_PACKAGES[engine].join(', ')}.`),
  )
  return false
}

/** Chromium's sandbox refuses to run as root, and only then is it given up. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

function isPresent(engine: Engine): boolean {
  if (engine === 'chromium') return findChromium() !== undefined
  if (engine === 'firefox-esr') return findFirefoxEsr() !== undefined
  return findWebKit() !== undefined
}

function isDebianRoot(): boolean {
  const release = '/etc/os-release'
  return isRoot() && existsSync(release) && /^ID=debian$/m.test(readFileSync(release, 'utf8'))
}

function installDebianPackages(packages: readonly string[]): void {
  const lock = `DPkg::Lock::Timeout=${APT_LOCK_TIMEOUT_S}`
  run('apt-get', ['-o', lock, 'update', '-qq'])
  run('apt-get', ['-o', lock, 'install', '-y', '-qq', '--no-install-recommends', ...packages])
}

function run(program: string, programArguments: readonly string[]): void {
  spawnSync(program, programArguments, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    shell: process.platform === 'win32',
  })
}
