import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT_DIR } from '../runner/command.ts'
import { MUTANTS } from './all-mutants.ts'
import { mutate } from './mutant.ts'

describe('the mutants', () => {
  test.each(MUTANTS)('$step: $mutation: its text stands once in $file', (mutant) => {
    const text = readFileSync(join(ROOT_DIR, mutant.file), 'utf8')
    const mutated = mutate(text, mutant)
    expect(mutated).toBeDefined()
    expect(mutated).not.toBe(text)
    expect(mutant.suites.filter((suite) => !existsSync(join(ROOT_DIR, suite)))).toEqual([])
  })

  test('are each named once', () => {
    const names = MUTANTS.map(({ step, mutation, file }) => `${step}: ${mutation}: ${file}`)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  test('a text that is absent, or stands twice, is told', () => {
    expect(mutate('a b', { find: 'c', replace: '' })).toBeUndefined()
    expect(mutate('a a', { find: 'a', replace: '' })).toBeUndefined()
    expect(mutate('a b', { find: 'b', replace: '$&' })).toBe('a $&')
  })
})
