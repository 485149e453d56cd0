import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const ROW = /^\| (T-[A-Z]\d+) \|.*\| `([^`]+)`(?: "([^"]+)")? \|$/
const rows = readFileSync('docs/THREATS.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| T-'))

test('every threat has an id of its own and names a test', () => {
  const ids = rows.map((row) => ROW.exec(row)?.[1])
  expect(ids.every((id) => id !== undefined)).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThan(20)
})

for (const row of rows) {
  const [, id = row, path = '', title] = ROW.exec(row) ?? []
  test(`${id} has its test`, () => {
    expect(existsSync(path), path).toBe(true)
    if (title !== undefined) expect(readFileSync(path, 'utf8')).toContain(title)
  })
}
