/** The words of a language for what the browser says of itself. */
export interface DeviceNameWords {
  readonly androidPhone: string
  readonly androidTablet: string
  readonly browserOn: (browser: string, system: string) => string
}

/** A first name for this device from what the browser says of itself; the owner may change it. */
export function suggestDeviceName(userAgent: string, words: DeviceNameWords): string {
  const device = DEVICES.find((name) => userAgent.includes(name))
  if (device !== undefined) return device
  if (userAgent.includes('Android')) return userAgent.includes('Mobile') ? words.androidPhone : words.androidTablet
  const system = SYSTEMS.find(([sign]) => userAgent.includes(sign))?.[1]
  const browser = BROWSERS.find(([sign]) => userAgent.includes(sign))?.[1]
  if (system === undefined || browser === undefined) return system ?? browser ?? 'Salus'
  return words.browserOn(browser, system)
}

// Product names, which are the same in every language; the first sign that is found counts.
const DEVICES = ['iPhone', 'iPad'] as const

const SYSTEMS = [
  ['Macintosh', 'Mac'],
  ['Windows', 'Windows'],
  ['CrOS', 'Chromebook'],
  ['Linux', 'Linux'],
] as const

const BROWSERS = [
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
