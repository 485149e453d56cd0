import { expect, test } from 'vitest'
import { de } from '../../messages/de.ts'
import { en } from '../../messages/en.ts'
import { suggestDeviceName } from './device-name.ts'

const nameOf = (userAgent: string): string => suggestDeviceName(userAgent, en.onboarding.deviceNames)
const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const FIREFOX_ON_LINUX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'

test('a computer is named by browser and system, in the language shown', () => {
  expect(nameOf(FIREFOX_ON_LINUX)).toBe('Firefox on Linux')
  expect(suggestDeviceName(FIREFOX_ON_LINUX, de.onboarding.deviceNames)).toBe('Firefox auf Linux')
  expect(nameOf(`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/26.0 Safari/605.1.15`)).toBe(
    'Safari on Mac',
  )
})

test('a phone or tablet is named by what it is', () => {
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0'
  expect(nameOf(`Mozilla/5.0 (Linux; Android 16) ${chrome} Mobile Safari/537.36`)).toBe('Android phone')
  expect(nameOf(`Mozilla/5.0 (Linux; Android 16) ${chrome} Safari/537.36`)).toBe('Android tablet')
  expect(nameOf(`Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) ${WEBKIT} Mobile/15E148 Safari/604.1`)).toBe(
    'iPhone',
  )
})

test('a browser that says little is called by what is known, or by the app', () => {
  expect(nameOf('Mozilla/5.0 (Windows NT 10.0)')).toBe('Windows')
  expect(nameOf('something else')).toBe('Salus')
})
