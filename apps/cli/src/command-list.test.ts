import { err, present } from '@salus/base'
import { expect, test } from 'vitest'
import { COMMANDS } from './command-list.ts'
import type { Terminal } from './terminal.ts'

const fail = (): never => {
  throw new Error('a command that was asked wrongly says and asks nothing itself')
}
const terminal: Terminal = { print: fail, write: fail, remark: fail, askLine: fail, askHidden: fail }

test('an id that begins like an option is an id', async () => {
  const undo = present(COMMANDS.get('undo-import'), 'a command of this name')
  const twice = ['-AAAAAAAAAAAAAAAAAAAAA', '--AAAAAAAAAAAAAAAAAAAA']
  expect(await undo.run(twice, { environment: {}, terminal })).toEqual(err({ type: 'Usage', message: 'Which import?' }))
  expect(await undo.run(['--AAAA'], { environment: {}, terminal })).toEqual(
    err({ type: 'Usage', message: "Unknown option '--AAAA'" }),
  )
})

const refused: readonly (readonly [name: string, words: readonly string[], says: string])[] = [
  ['inspect', [], 'Which file?'],
  ['inspect', ['a.json', '--jsn'], "Unknown option '--jsn'"],
  ['inspect', ['a.json', '--json=yes'], "Option '--json' does not take an argument"],
  ['inspect', ['a.json', '--records'], "Option '--records <value>' argument missing"],
  ['join', [], 'Which link?'],
  ['join', ['a', 'b'], 'One link, please'],
  ['sync', ['now'], 'sync takes no further words'],
  ['sync', ['--passphrase', 'x'], "Unknown option '--passphrase'"],
  ['status', ['all'], 'status takes no further words'],
  ['remove-device', [], 'Which device?'],
  ['remove-device', ['a', 'b'], 'One device, please'],
  ['replace-device', [], 'One of --other-gone and --other-in-use'],
  ['replace-device', ['--other-gone', '--other-in-use'], 'One of --other-gone and --other-in-use'],
  ['replace-device', ['all', '--other-gone'], 'replace-device takes no further words'],
  ['import', [], 'Which file?'],
  ['undo-import', [], 'Which import?'],
  ['export', [], '--format is json or csv'],
  ['export', ['--format', 'xml'], '--format is json or csv'],
  ['export', ['--format', 'csv', 'all'], 'export takes no further words'],
  ['verify', ['all'], 'verify takes no further words'],
  ['dismiss-alarm', ['a', 'b'], 'Which alarm?'],
]
test.each(refused)('%s refuses %j before it touches anything', async (name, words, message) => {
  const command = present(COMMANDS.get(name), 'a command of this name')
  expect(await command.run(words, { environment: {}, terminal })).toEqual(err({ type: 'Usage', message }))
})
