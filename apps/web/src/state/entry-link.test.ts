import { expect, test } from 'vitest'
import { parseEntryLink } from './entry-link.ts'

test('an invite link is its relay and its code', () => {
  expect(parseEntryLink(' https://salus.example:8443/x#invite=ab_C-1 ')).toEqual({
    type: 'invite',
    url: 'https://salus.example:8443',
    invite: 'ab_C-1',
  })
})

test('a pairing link is kept whole', () => {
  const link = 'https://salus.example/#pair=ab_C-1'
  expect(parseEntryLink(link)).toEqual({ type: 'pair', link })
})

test('the code of a new device is known and nothing of it is kept', () => {
  expect(parseEntryLink('https://salus.example/#join=ab_C-1')).toEqual({ type: 'join' })
})

test('anything else is no link', () => {
  const long = (length: number): string => 'https://a.example/#pair='.padEnd(length, 'a')
  for (const text of [
    '',
    'abc',
    'https://a.example/',
    'https://a.example/#invite=',
    'javascript:#invite=a',
    long(2001),
  ]) {
    expect(parseEntryLink(text), text).toBeUndefined()
  }
  expect(parseEntryLink(long(2000))?.type).toBe('pair')
})
