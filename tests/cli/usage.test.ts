import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inFolder } from '../engine/test-devices.ts'
import { salus } from './salus-command.ts'

describe('words that make no sense', () => {
  const refused: readonly (readonly [words: readonly string[], says: string])[] = [
    [[], 'Which command?'],
    [['frobnicate'], 'There is no command "frobnicate"'],
    [['sync', '--passphrase', 'x'], "Unknown option '--passphrase'"],
  ]
  test.each(refused)('%j: usage on stderr, exit code 2', async (words, says) => {
    const ended = await salus(words)
    expect(ended.stdout).toBe('')
    expect(ended.stderr).toContain(`salus: ${says}`)
    expect(ended.stderr).toContain('usage: npm run -s salus -- ')
    expect(ended.stderr).not.toMatch(/\n\s+at /)
    expect(ended.code).toBe(2)
  })
})

test('help goes to stdout and says why the passphrase is no option', async () => {
  const overview = await salus(['--help'])
  expect([overview.code, overview.stderr]).toEqual([0, ''])
  expect(overview.stdout).toContain('SALUS_PASSPHRASE_FILE')
  expect(overview.stdout).toContain('never an option')
  const joining = await salus(['join', 'LINK', '-h'])
  expect([joining.code, joining.stderr]).toEqual([0, ''])
  expect(joining.stdout).toContain('usage: npm run -s salus -- join LINK')
})

test('under `npm run` a path is meant from where the owner stands, and a folder without a vault says how to begin', async () => {
  await inFolder(async (folder) => {
    const ended = await salus(['status', '--data', 'here'], { env: { npm_lifecycle_event: 'salus', INIT_CWD: folder } })
    const here = join(folder, 'here')
    expect(ended.stdout).toBe(`folder   ${here}\n`)
    expect(ended.stderr).toBe(
      `salus: There is no vault in ${here}. \`salus join LINK\` makes this machine a device of yours.\n`,
    )
    expect(ended.code).toBe(1)
  })
})
