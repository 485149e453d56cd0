import { expect, test } from 'vitest'
import { parseDraft } from './parse-draft.ts'

const FRESH = { id: null as string | null, label: '', units: ['mg'] as readonly string[], isOther: false }

test('a kept form comes back whole', () => {
  const kept = { id: 'x', label: 'Testo', units: ['mg', 'IU'], isOther: true }
  expect(parseDraft(JSON.stringify(kept), FRESH)).toEqual(kept)
})

test('what an older build kept in another shape leaves the fresh form as it is', () => {
  expect(parseDraft('{"label":7,"units":"mg","isOther":"yes","gone":1}', FRESH)).toEqual(FRESH)
  expect(parseDraft('{', FRESH)).toEqual(FRESH)
  expect(parseDraft('null', FRESH)).toEqual(FRESH)
})
