import { expect, test } from 'vitest'
import { repairSteps } from './repair-steps.ts'

const TYPES = ['Rollback', 'Fork', 'Gap', 'Omission', 'Forged'] as const
const ABOUT = ['thisDevice', 'otherDevice', 'core', 'relay'] as const

test('every alarm offers an export last, and no step twice', () => {
  for (const type of TYPES) {
    for (const about of ABOUT) {
      const steps = repairSteps({ type, about })
      expect(steps.at(-1), `${type} ${about}`).toBe('export')
      expect(new Set(steps).size).toBe(steps.length)
    }
  }
})

test('a Rollback gives back first, a forked device takes its own identity first, the kit is named for the core alone', () => {
  expect(repairSteps({ type: 'Rollback', about: 'relay' })[0]).toBe('giveBack')
  expect(repairSteps({ type: 'Fork', about: 'thisDevice' })[0]).toBe('ownIdentity')
  expect(repairSteps({ type: 'Fork', about: 'otherDevice' })[0]).toBe('otherCopy')
  for (const type of TYPES) expect(repairSteps({ type, about: 'relay' })).not.toContain('kit')
  expect(repairSteps({ type: 'Fork', about: 'core' })).toContain('kit')
})
