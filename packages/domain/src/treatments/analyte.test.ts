import { expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import { suppliesAnalyte } from './analyte.ts'

const catalogue = await loadCatalogue()
const suppliersOf = (markerId: string): string[] => {
  const marker = catalogue.markerById.get(markerId)
  return catalogue.compounds.flatMap((compound) =>
    marker !== undefined && suppliesAnalyte(compound, marker) ? [compound.id] : [],
  )
}

test('testosterone comes from its esters, gels and pellets, and from nothing that is only watched by it', () => {
  const suppliers = suppliersOf('testosterone-total')
  expect(suppliers).toHaveLength(11)
  expect(suppliers.every((id) => id.startsWith('testosterone-'))).toBe(true)
  expect(suppliersOf('testosterone-free')).toContain('testosterone-cypionate-im')
})

test('estradiol, progesterone and thyroid hormones come from their own compounds, TSH and ferritin from none', () => {
  expect(suppliersOf('estradiol').every((id) => id.startsWith('estradiol-'))).toBe(true)
  expect(suppliersOf('estradiol')).toHaveLength(9)
  expect(suppliersOf('progesterone')).toEqual(['progesterone-oral', 'progesterone-vaginal', 'progesterone-im'])
  expect(suppliersOf('t4-free')).toEqual(['levothyroxine'])
  expect(suppliersOf('t3-free')).toEqual(['liothyronine'])
  expect(suppliersOf('tsh')).toEqual([])
  expect(suppliersOf('ferritin')).toEqual([])
})
