/** `npm run -s salus -- COMMAND …`: a device without a screen, and what an import would do. */
import { existsSync } from 'node:fs'
import { bytesToHex, systemRandom } from '@salus/base'
import { COMMANDS } from './command-list.ts'
import { type Command, EXIT, type ExitCode } from './command.ts'
import { createTerminal } from './terminal.ts'

const PREFIX = 'npm run -s salus --'
const NAME_WIDTH = 15
/** Died of a closed pipe, as the shell counts it: 128 + SIGPIPE. */
const BROKEN_PIPE_EXIT = 141

const terminal = createTerminal(process.stdin, process.stdout, process.stderr)

// `salus export … | head` is no fault of anyone's.
process.stdout.on('error', (error: Error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
  process.exit(BROKEN_PIPE_EXIT)
})
process.on('uncaughtException', reportBug)
process.on('unhandledRejection', reportBug)

// `npm run` starts us in the repository; FILE and DIR are meant from where the owner stands.
const standsIn = process.env['npm_lifecycle_event'] === 'salus' ? process.env['INIT_CWD'] : undefined
if (standsIn !== undefined && existsSync(standsIn)) process.chdir(standsIn)

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = words
  if (name === undefined) return showUsage('Which command?')
  if (isHelp(name)) return showHelp(rest[0])
  const command = COMMANDS.get(name)
  if (command === undefined) return showUsage(`There is no command ${JSON.stringify(name)}`)
  const end = rest.indexOf('--')
  if ((end === -1 ? rest : rest.slice(0, end)).some((word) => word === '--help' || word === '-h')) return showHelp(name)
  const done = await command.run(rest, { environment: process.env, terminal })
  if (done.ok) return done.value
  terminal.remark(`salus: ${done.error.message}`)
  for (const line of commandHelp(name, command)) terminal.remark(line)
  return EXIT.unusable
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h' || word === 'help'
}

function showHelp(name: string | undefined): ExitCode {
  const command = name === undefined ? undefined : COMMANDS.get(name)
  const lines = name === undefined || command === undefined ? overview() : commandHelp(name, command)
  for (const line of lines) terminal.print(line)
  return EXIT.done
}

function showUsage(message: string): ExitCode {
  terminal.remark(`salus: ${message}`)
  for (const line of overview()) terminal.remark(line)
  return EXIT.unusable
}

function commandHelp(name: string, { form, summary, details }: Command): string[] {
  return [
    `usage: ${PREFIX} ${name} ${form}`,
    '',
    `${name} ${summary}.`,
    ...(details.length === 0 ? [] : ['', ...details]),
  ]
}

function overview(): string[] {
  return [
    `usage: ${PREFIX} COMMAND …`,
    '',
    ...[...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(NAME_WIDTH)}${summary}`),
    '',
    `${PREFIX} COMMAND --help says more of one.`,
    '',
    'The data folder is --data DIR, else SALUS_DEVICE, else salus in $XDG_DATA_HOME (~/.local/share). One process at a',
    'time uses it. The passphrase is typed, or the first line of the file that SALUS_PASSPHRASE_FILE names, which only',
    'you may read. It is never an option: what is on a command line is seen by every user and kept in the history.',
    '',
    'Exit codes: 0 done, 1 not done or something is wrong, 2 asked wrongly or a file cannot be read, 3 relay not reached.',
  ]
}

/** A throw is a bug of ours: told by an id, and by where it happened for whoever sets SALUS_DEBUG to look for it. */
function reportBug(error: unknown): void {
  const id = bytesToHex(systemRandom.bytes(4))
  process.stderr.write(`salus: something went wrong inside Salus (${id}). What was saved before is safe.\n`)
  if (process.env['SALUS_DEBUG'] === '1') process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : ''}\n`)
  process.exit(EXIT.failed)
}
