import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Redacted } from './redacted.ts'

const SECRET = 'correct horse'

it('reveals its secret to who asks by name', () => {
  expect(new Redacted(SECRET).reveal()).toBe(SECRET)
})

it('shows nothing when it is printed, joined, serialised, listed or cloned', () => {
  const holder = { passphrase: new Redacted(SECRET), list: [new Redacted(SECRET)] }
  const shown = [
    String(holder.passphrase),
    [holder.passphrase].join(),
    JSON.stringify(holder),
    inspect(holder, { depth: 9, showHidden: true }),
    JSON.stringify(Object.entries(holder.passphrase)),
    inspect(structuredClone({ ...holder.passphrase })),
    inspect(new Error('failed', { cause: holder })),
  ]
  for (const text of shown) expect(text).not.toContain('horse')
  expect(inspect(holder.passphrase)).toBe('[redacted]')
  expect(JSON.stringify(holder)).toBe('{"passphrase":"[redacted]","list":["[redacted]"]}')
})
