import { expect, test } from 'vitest'
import { KIT_COMPLETIONS_MAX, KIT_TEXT_CHARACTERS_MAX, readKitText } from './kit-desk.ts'

test('a kit is taken apart however it is pasted: numbered, in lines, with commas or hyphens', () => {
  for (const text of ['1. Abandon\n2. ability', 'abandon, ability', 'abandon-ability ', '  ABANDON   ability'])
    expect(readKitText(text).words, text).toEqual([
      { text: 'abandon', isKnown: true },
      { text: 'ability', isKnown: true },
    ])
})

test('what is being typed is completed, and after a space nothing is', () => {
  expect(readKitText('abandon zo').completions).toEqual(['zone', 'zoo'])
  expect(readKitText('abandon ').completions).toEqual([])
  expect(readKitText('a').completions).toHaveLength(KIT_COMPLETIONS_MAX)
  expect(readKitText('xyz')).toEqual({ words: [{ text: 'xyz', isKnown: false }], completions: [] })
})

test('a text is looked at up to its limit and no further', () => {
  const at = 'zoo '.repeat(KIT_TEXT_CHARACTERS_MAX / 4)
  expect(readKitText(at).words).toHaveLength(KIT_TEXT_CHARACTERS_MAX / 4)
  expect(readKitText(`${at}zoo`).words).toHaveLength(KIT_TEXT_CHARACTERS_MAX / 4)
})
