import { expect, test } from 'vitest'
import { suggestDeviceName } from './device-name.ts'

test('a device is named by its system and browser', () => {
  expect(suggestDeviceName('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0')).toBe(
    'Linux, Firefox',
  )
  const android =
    'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36'
  expect(suggestDeviceName(android)).toBe('Android, Chrome')
  expect(suggestDeviceName('something else')).toBe('Salus')
})
