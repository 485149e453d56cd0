import { expect, test } from 'vitest'
import { parsePreferences } from './preferences.svelte.ts'

const DEFAULTS = parsePreferences(null)

test('what was chosen is read back', () => {
  const chosen = { theme: 'dark', language: 'de', autoLockMinutes: 15, hasShortcuts: false } as const
  expect(parsePreferences(JSON.stringify(chosen))).toEqual(chosen)
})

test('what is damaged or was never offered counts as not chosen', () => {
  expect(parsePreferences('{')).toEqual(DEFAULTS)
  expect(parsePreferences('7')).toEqual(DEFAULTS)
  expect(parsePreferences('{"theme":"pink","autoLockMinutes":0,"hasShortcuts":"no"}')).toEqual(DEFAULTS)
  expect(DEFAULTS.autoLockMinutes).toBeGreaterThan(0)
})
