import { expect, test } from 'vitest'
import { CODE_CHARACTERS_MAX, kitCode, readScannedCode } from './scanned-code.ts'

const OWN = 'https://salus.example'
const WORDS = 'abandon ability able about above absent absorb abstract absurd abuse access acid'

test('a link of this app’s own origin is taken where it is waited for, whole', () => {
  for (const kind of ['pair', 'join', 'invite'] as const) {
    const text = `${OWN}/#${kind}=AAECAwQFBgcICQoLDA0ODw`
    expect(readScannedCode(`  ${text}\n`, kind, OWN)).toEqual({ isRefused: false, text, relayUrl: OWN })
  }
})

test('a kit’s code is read back with the relay that it was printed with, or none', () => {
  for (const relayUrl of [OWN, 'http://localhost:8080', '']) {
    const code = kitCode({ words: WORDS.split(' '), relayUrl })
    expect(readScannedCode(code, 'kit', OWN)).toEqual({ isRefused: false, text: WORDS, relayUrl })
  }
})

test('a kit’s code is no web address: nothing that reads it by chance opens a page', () => {
  expect(kitCode({ words: WORDS.split(' '), relayUrl: OWN })).toMatch(/^salus-kit:abandon-/)
})

test('what is meant for another screen says so', () => {
  const kit = kitCode({ words: WORDS.split(' '), relayUrl: OWN })
  expect(readScannedCode(kit, 'pair', OWN)).toEqual({ isRefused: true, reason: 'otherKind' })
  expect(readScannedCode(`${OWN}/#invite=abc`, 'pair', OWN)).toEqual({ isRefused: true, reason: 'otherKind' })
  expect(readScannedCode(`${OWN}/#pair=abc`, 'kit', OWN)).toEqual({ isRefused: true, reason: 'otherKind' })
  expect(readScannedCode(`${OWN}/#pair=abc`, 'join', OWN)).toEqual({ isRefused: true, reason: 'otherKind' })
  expect(readScannedCode(`${OWN}/#join=abc`, 'pair', OWN)).toEqual({ isRefused: true, reason: 'otherKind' })
})

test('a hostile code is refused: another origin, another scheme, no link of ours, a bent kit', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['https://evil.example/#pair=AAECAwQFBgcICQoLDA0ODw', 'otherOrigin'],
    ['https://salus.example.evil.example/#pair=AAEC', 'otherOrigin'],
    ['https://salus.example@evil.example/#pair=AAEC', 'otherOrigin'],
    ['http://salus.example/#pair=AAEC', 'otherOrigin'],
    ['javascript:alert(1)//#pair=AAEC', 'notSalus'],
    [`${OWN}/#pair=A<b>`, 'notSalus'],
    [`${OWN}/`, 'notSalus'],
    ['WIFI:S:home;;', 'notSalus'],
    ['', 'notSalus'],
    ['salus-kit:abandon-ability', 'notSalus'],
    [`${kitCode({ words: WORDS.split(' '), relayUrl: '' })}?relay=javascript:1`, 'notSalus'],
  ]
  for (const [code, reason] of refused)
    expect(readScannedCode(code, 'pair', OWN), code).toEqual({ isRefused: true, reason })
})

test('a code at the length limit is read, one character above it is refused', () => {
  const at = `${OWN}/#pair=`.padEnd(CODE_CHARACTERS_MAX, 'A')
  expect(readScannedCode(at, 'pair', OWN).isRefused).toBe(false)
  expect(readScannedCode(`${at}A`, 'pair', OWN)).toEqual({ isRefused: true, reason: 'tooLong' })
})
