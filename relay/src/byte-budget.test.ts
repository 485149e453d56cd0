import { describe, expect, it } from 'vitest'
import { ByteBudget } from './byte-budget.ts'

describe('A byte budget', () => {
  it('is filled to the byte and refuses one more', () => {
    const budget = new ByteBudget(10)
    const first = budget.reserve(6)
    expect(budget.reserve(5)).toBeUndefined()
    const second = budget.reserve(4)
    expect(budget.usedBytes).toBe(10)
    expect(second?.resize(5)).toBe(false)
    expect(second?.resize(3)).toBe(true)
    expect(first?.resize(7)).toBe(true)
    expect(budget.usedBytes).toBe(10)
  })

  it('gets a share back once, however often it is released', () => {
    const budget = new ByteBudget(10)
    const share = budget.reserve(10)
    share?.release()
    share?.release()
    expect(budget.usedBytes).toBe(0)
    expect(share?.resize(1)).toBe(false)
    expect(budget.reserve(10)).toBeDefined()
  })
})
