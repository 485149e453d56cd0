import { describe, expect, test } from 'vitest'
import { UNIT_LENGTH_MAX, isMassAgainstMoles, ucumScale } from './ucum-scale.ts'

describe('ucumScale', () => {
  test.each([
    ['mg/dL', 'L^-1 g^1', -2],
    ['g/L', 'L^-1 g^1', 0],
    ['ng/mL', 'L^-1 g^1', -6],
    ['ug/L', 'L^-1 g^1', -6],
    ['mg/l', 'L^-1 g^1', -3],
    ['10*9/L', 'L^-1', 9],
    ['10*3/uL', 'L^-1', 9],
    ['/nL', 'L^-1', 9],
    ['m[IU]/L', 'L^-1 [IU]^1', -3],
    ['u[IU]/mL', 'L^-1 [IU]^1', -3],
    ['mg/g{creat}', 'g^1 g{creat}^-1', -3],
    ['mL/min/{1.73_m2}', 'L^1 min^-1 {1.73_m2}^-1', -3],
    ['%', '', -2],
    ['kg/m2', 'g^1 m^-2', 3],
    ['cm2', 'm^2', -4],
    ['mm[Hg]', 'm[Hg]^1', -3],
  ])('%s measures "%s" × 10^%i', (unit, dimension, powerOfTen) => {
    expect(ucumScale(unit)).toEqual({ dimension: dimension.split(' ').sort().join(' '), powerOfTen })
  })

  test.each(['', 'mg%', 'xyz', 'mg/', 'G/L', 'mg dL', '(24.h)', "{Ehrlich'U", 'mg/dL!'])(
    '"%s" is beyond it',
    (unit) => {
      expect(ucumScale(unit)).toBeNull()
    },
  )

  test('IU and U are two units, and so is what an annotation tells apart', () => {
    expect(ucumScale('[IU]/L')?.dimension).not.toBe(ucumScale('U/L')?.dimension)
    expect(ucumScale('ng/mL{FEU}')?.dimension).not.toBe(ucumScale('ng/mL{DDU}')?.dimension)
  })

  test('a unit at the length limit is read and one above is not', () => {
    const annotation = (length: number): string => `g{${'a'.repeat(length - 3)}}`
    expect(ucumScale(annotation(UNIT_LENGTH_MAX))).not.toBeNull()
    expect(ucumScale(annotation(UNIT_LENGTH_MAX + 1))).toBeNull()
  })

  test('mass and amount of substance per volume need a molar mass', () => {
    const [mass, moles, rate] = ['mg/dL', 'nmol/L', 'nmol/d'].map((unit) => ucumScale(unit))
    if (!mass || !moles || !rate) throw new Error('units of the table')
    expect(isMassAgainstMoles(mass, moles)).toBe(true)
    expect(isMassAgainstMoles(moles, mass)).toBe(true)
    expect(isMassAgainstMoles(mass, rate)).toBe(false)
  })
})
