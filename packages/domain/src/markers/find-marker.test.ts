import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import { foldTerm } from '../search/fold-term.ts'
import { findCompounds } from '../treatments/find-compound.ts'
import { findMarkers } from './find-marker.ts'

const catalogue = await loadCatalogue()

describe('findMarkers', () => {
  test.each([
    ['testosterone', 'testosterone-total'],
    ['testostron', 'testosterone-total'],
    ['free t', 'testosterone-free'],
    ['Freies Testosteron', 'testosterone-free'],
    ['testostérone libre', 'testosterone-free'],
    ['e2', 'estradiol'],
    ['ostradiol', 'estradiol'],
    ['hämatokrit', 'hematocrit'],
    ['hematocrti', 'hematocrit'],
    ['a1c', 'hba1c'],
    ['crp', 'crp'],
    ['hscrp', 'hs-crp'],
    ['ferritn', 'ferritin'],
    ['25ohd', 'vitamin-d-25oh'],
    ['tirotropina', 'tsh'],
    ['leukozyten', 'wbc'],
    ['lp(a)', 'lpa-molar'],
    ['bun', 'bun'],
    ['urea', 'urea'],
  ])('"%s" finds %s first', (query, id) => {
    expect(findMarkers(catalogue, query)[0]?.marker.id).toBe(id)
  })

  test('each name and synonym of each marker finds that marker among exact hits', () => {
    for (const marker of catalogue.markers) {
      for (const term of [marker.name, ...marker.synonyms]) {
        const exact = findMarkers(catalogue, term, 5).filter(({ match }) => match === 'exact')
        expect(
          exact.map((hit) => hit.marker.id),
          term,
        ).toContain(marker.id)
      }
    }
  })

  test('each long name is found with any one letter missing', () => {
    for (const marker of catalogue.markers) {
      const [word = ''] = foldTerm(marker.name).split(' ')
      if (word.length < 8 || /\d/.test(word)) continue
      const slip = word.slice(0, 3) + word.slice(4)
      expect(
        findMarkers(catalogue, slip, 400).map((hit) => hit.marker.id),
        slip,
      ).toContain(marker.id)
    }
  })

  test('a query takes less than 2 ms', () => {
    for (const query of [
      'testostrone free',
      'haemaglobin total serum',
      't',
      'androstendion',
      'glomerular filtration rate',
    ]) {
      // The best of several runs: what the machine does besides is not measured.
      const timesMs = Array.from({ length: 20 }, () => {
        const startMs = performance.now()
        findMarkers(catalogue, query)
        return performance.now() - startMs
      })
      expect(Math.min(...timesMs), query).toBeLessThan(2)
    }
  })
})

describe('findCompounds', () => {
  test.each([
    ['test c', 'testosterone-cypionate-im'],
    ['nebido', 'testosterone-undecanoate-im'],
    ['ozempic', 'semaglutide'],
    ['Mounjaro', 'tirzepatide'],
    ['anastrozol', 'anastrozole'],
    ['sermorelin', 'sermorelin'],
    ['estradot', 'estradiol-patch'],
  ])('"%s" finds %s first', (query, id) => {
    expect(findCompounds(catalogue, query)[0]?.compound.id).toBe(id)
  })
})
