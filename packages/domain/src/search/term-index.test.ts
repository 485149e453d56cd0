import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldTerm } from './fold-term.ts'
import { QUERY_LENGTH_MAX, createTermIndex } from './term-index.ts'

const index = createTermIndex([
  { id: 'total', terms: ['Testosterone, total', 'TESTO', 'Gesamttestosteron'] },
  { id: 'free', terms: ['Testosterone, free', 'FT', 'Testostérone libre'] },
  { id: 'estradiol', terms: ['Estradiol', 'E2', 'Östradiol'] },
  { id: 'haematocrit', terms: ['Haematocrit', 'Hct', 'Hämatokrit'] },
  { id: 't3', terms: ['T3'] },
  { id: 't4', terms: ['T4'] },
  { id: 'a1c', terms: ['HbA1c'] },
  { id: 'dihydro', terms: ['Dihydrotestosterone'] },
])

function ids(query: string): string[] {
  return index.search(query).map(({ id }) => id)
}

describe('foldTerm', () => {
  test.each([
    ['Östradiol (17-β)', 'ostradiol 17 beta'],
    ['Œstradiol', 'oestradiol'],
    ['  HbA1c ', 'hba1c'],
    ['Großes', 'grosses'],
    ['25(OH)D', '25 oh d'],
    ['Ca++', 'ca++'],
  ])('%s is %s', (text, folded) => {
    expect(foldTerm(text)).toBe(folded)
  })

  test('folding what is folded changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldTerm(foldTerm(text))).toBe(foldTerm(text))
      }),
    )
  })
})

describe('a term index', () => {
  test('finds exact terms first, then beginnings, words within, parts of words, slips', () => {
    expect(index.search('testosterone')).toEqual([
      { id: 'total', term: 'Testosterone, total', match: 'prefix' },
      { id: 'free', term: 'Testosterone, free', match: 'prefix' },
      { id: 'dihydro', term: 'Dihydrotestosterone', match: 'contains' },
    ])
    expect(index.search('testo')[0]).toEqual({ id: 'total', term: 'TESTO', match: 'exact' })
    expect(index.search('free')[0]).toEqual({ id: 'free', term: 'Testosterone, free', match: 'wordPrefix' })
    expect(index.search('estradol')[0]).toEqual({ id: 'estradiol', term: 'Estradiol', match: 'fuzzy' })
  })

  test('needs neither case nor diacritics nor the order of the words', () => {
    expect(ids('HAMATOKRIT')[0]).toBe('haematocrit')
    expect(ids('östradiol')[0]).toBe('estradiol')
    expect(ids('libre testosterone')[0]).toBe('free')
  })

  test('takes no slip in a short word or one with a digit: T3 is not T4', () => {
    expect(ids('t3')).toEqual(['t3'])
    expect(ids('e3')).toEqual([])
    expect(ids('hcx')).toEqual([])
    expect(ids('hba1d')).toEqual([])
  })

  test('takes two slips in a long word and no third', () => {
    expect(ids('tesosteron')).toContain('total')
    expect(ids('tesostern')).toContain('total')
    expect(ids('tsosern')).not.toContain('total')
  })

  test('an exact term of two entries is nobody’s', () => {
    const shared = createTermIndex([
      { id: 'a', terms: ['PCR', 'Alpha'] },
      { id: 'b', terms: ['pcr'] },
    ])
    expect(shared.exact('PCR')).toBeNull()
    expect(shared.exact('álpha')).toBe('a')
    expect(shared.exact('beta')).toBeNull()
  })

  test('gives no more hits than asked for, and none for nothing', () => {
    expect(index.search('t', 2).length).toBe(2)
    expect(ids('')).toEqual([])
    expect(ids(' - ')).toEqual([])
  })

  test('looks at a query up to its limit and not beyond', () => {
    expect(ids(`${' '.repeat(QUERY_LENGTH_MAX - 2)}T3`)).toEqual(['t3'])
    expect(ids(`${' '.repeat(QUERY_LENGTH_MAX)}T3`)).toEqual([])
  })

  test('the same query gives the same hits, and no query throws', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        expect(index.search(query)).toEqual(index.search(query))
      }),
    )
  })
})
