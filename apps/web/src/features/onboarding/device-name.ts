/** A first name for this device from what the browser says of itself; the owner may change it. */
export function suggestDeviceName(userAgent: string): string {
  const system = SYSTEMS.find(([sign]) => userAgent.includes(sign))?.[1] ?? ''
  const browser = BROWSERS.find(([sign]) => userAgent.includes(sign))?.[1] ?? ''
  return [system, browser].filter((part) => part !== '').join(', ') || 'Salus'
}

// Product names, which are the same in every language; the first sign that is found counts.
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
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
