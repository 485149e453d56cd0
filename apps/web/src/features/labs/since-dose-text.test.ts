import { expect, test } from 'vitest'
import { sinceDoseText } from './since-dose-text.ts'

const of = (hours: number | null, days: number): string => sinceDoseText({ compound: '', isOwn: true, hours, days })

test('the time since a dose is said in days and hours, and no finer than it is known', () => {
  expect(of(166, 7)).toBe('6 d 22 h')
  expect(of(168, 7)).toBe('7 d')
  expect(of(0, 0)).toBe('0 h')
  expect(of(null, 3)).toBe('3 d')
  expect(of(null, 0)).toBe('same day')
})
