import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inFolder } from '../engine/test-devices.ts'
import { salus } from './salus-command.ts'

describe('words that make no sense', () => {
  const refused: readonly (readonly [words: readonly string[], says: string])[] = [
    [[], 'Which command?'],
    [['frobnicate'], 'There is no command "frobnicate"'],
    [['inspect'], 'Which file?'],
    [['inspect', 'a.json', '--jsn'], "Unknown option '--jsn'"],
    [['inspect', 'a.json', '--json=yes'], "Option '--json' does not take an argument"],
    [['inspect', 'a.json', '--records'], "Option '--records <value>' argument missing"],
    [['sync', 'now'], 'sync takes no further words'],
    [['sync', '--passphrase', 'x'], "Unknown option '--passphrase'"],
    [['export'], '--format is json or csv'],
    [['export', '--format', 'xml'], '--format is json or csv'],
    [['join'], 'Which link?'],
    [['join', 'a', 'b'], 'One link, please'],
    [['verify', 'all'], 'verify takes no further words'],
    [['status', 'all'], 'status takes no further words'],
    [['import'], 'Which file?'],
    [['undo-import'], 'Which import?'],
    [['dismiss-alarm'], 'Which alarm?'],
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
  for (const words of [['--help'], ['-h'], ['help']]) {
    const ended = await salus(words)
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(ended.stdout).toContain('SALUS_PASSPHRASE_FILE')
    expect(ended.stdout).toContain('never an option')
  }
  for (const words of [
    ['join', '--help'],
    ['help', 'join'],
    ['join', 'LINK', '-h'],
  ]) {
    const ended = await salus(words)
    expect([ended.code, ended.stdout.split('\n')[0]]).toEqual([
      0,
      'usage: npm run -s salus -- join LINK [--name NAME] [--data DIR]',
    ])
  }
})

test('under `npm run` a path is meant from where the owner stands', async () => {
  await inFolder(async (folder) => {
    const env = { npm_lifecycle_event: 'salus', INIT_CWD: folder }
    const ended = await salus(['status', '--data', 'here'], { env })
    expect(ended.stdout).toBe(`folder   ${join(folder, 'here')}\n`)
  })
})

describe('the data folder', () => {
  const cases: readonly (readonly [words: readonly string[], env: Record<string, string>, expected: string])[] = [
    [['--data', '/from/option'], { SALUS_DEVICE: '/from/device' }, '/from/option'],
    [[], { SALUS_DEVICE: '/from/device', XDG_DATA_HOME: '/from/xdg' }, '/from/device'],
    [[], { XDG_DATA_HOME: '/from/xdg' }, '/from/xdg/salus'],
    [[], { XDG_DATA_HOME: 'relative', HOME: '/at/home' }, '/at/home/.local/share/salus'],
    [[], { XDG_DATA_HOME: '', HOME: '/at/home' }, '/at/home/.local/share/salus'],
  ]
  test.each(cases)('%j with %j is %s; one without a vault says how to begin', async (words, env, expected) => {
    const ended = await salus(['status', ...words], { env })
    expect(ended.stdout).toBe(`folder   ${expected}\n`)
    expect(ended.stderr).toBe(
      `salus: There is no vault in ${expected}. \`salus join LINK\` makes this machine a device of yours.\n`,
    )
    expect(ended.code).toBe(1)
  })
})
