import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DoseAmountAt, KEPT_DOSES_MIN, doseChanges } from './dose-changes.ts'

const dosesOf = (amounts: readonly number[], unit = 'mg'): DoseAmountAt[] =>
  amounts.map((amount, index) => ({ takenAtMs: index, amount: { coefficient: BigInt(amount), exponent: 0 }, unit }))

const changesOf = (doses: readonly DoseAmountAt[]): string[] =>
  doseChanges(doses).map(({ atMs, from, to }) => `${atMs}: ${from.coefficient} → ${to.coefficient}`)

test('a change is where an amount that is then kept was first taken', () => {
  expect(changesOf(dosesOf([80, 80, 80, 100, 100, 100]))).toEqual(['3: 80 → 100'])
  expect(changesOf(dosesOf([80, 80, 80, 90, 100, 100, 100]))).toEqual(['4: 80 → 100'])
})

test('what was not kept is no change, nor is a return to the old amount, nor are amounts that take turns', () => {
  expect(changesOf(dosesOf([80, 80, 80, 100, 100]))).toEqual([])
  expect(changesOf(dosesOf([80, 80, 100, 100, 100]))).toEqual([])
  expect(changesOf(dosesOf([80, 80, 80, 40, 80, 80, 80]))).toEqual([])
  expect(changesOf(dosesOf([50, 25, 50, 25, 50, 25]))).toEqual([])
})

test('amounts in two units are not compared, and 1.0 is 1.00', () => {
  expect(changesOf([...dosesOf([80, 80, 80]), ...dosesOf([1, 1, 1], 'mL')])).toEqual([])
  const exact = dosesOf([1, 1, 1]).concat(
    dosesOf([100, 100, 100]).map((dose) => ({ ...dose, amount: { ...dose.amount, exponent: -2 } })),
  )
  expect(changesOf(exact)).toEqual([])
})

test('for any log, the changes are those that a plain look at each place finds', () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 40 })
  fc.assert(
    fc.property(amounts, (values) => {
      expect(changesOf(dosesOf(values))).toEqual(plainChanges(values))
    }),
  )
})

test('for any log, one change begins with the amount that the one before has ended with', () => {
  const amounts = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 40 })
  fc.assert(
    fc.property(amounts, (values) => {
      const changes = doseChanges(dosesOf(values))
      changes.slice(1).forEach((change, index) => expect(change.from).toEqual(changes[index]?.to))
    }),
  )
})

/** The rule once more, slow and plain: at each place, was this amount taken up and kept, and which was kept before? */
function plainChanges(values: readonly number[]): string[] {
  let level: number | undefined
  return values.flatMap((value, index) => {
    const isStart = values[index - 1] !== value
    const isKept =
      values.slice(index, index + KEPT_DOSES_MIN).filter((next) => next === value).length === KEPT_DOSES_MIN
    if (!isStart || !isKept) return []
    const before = level
    level = value
    return before === undefined || before === value ? [] : [`${index}: ${before} → ${value}`]
  })
}
