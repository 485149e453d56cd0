import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Result, err, ok } from '@salus/base'
import type { Terminal } from './terminal.ts'

/** How a command has ended, as the shell sees it. */
export const EXIT = {
  done: 0,
  /** Asked rightly and not done, or something was found that should not be: an alarm, a fault. */
  failed: 1,
  /** Asked wrongly, or an input cannot be read. */
  unusable: 2,
  /** The relay cannot be reached: the same command later may do. */
  offline: 3,
  /** Ctrl-C at a prompt: 128 + SIGINT. */
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The words after a command make no sense; shown with how it is used. */
export interface UsageFault {
  readonly type: 'Usage'
  readonly message: string
}

export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
}

/** One word after `salus` and what it does. */
export interface Command {
  /** What follows the command's name. */
  readonly form: string
  /** One line for the list of commands. */
  readonly summary: string
  /** More for its own `--help`, one entry a line. */
  readonly details: readonly string[]
  run(words: readonly string[], context: CommandContext): Promise<Result<ExitCode, UsageFault>>
}

/** Options that every command with a device takes. */
export const DEVICE_OPTIONS = { data: { type: 'string' } } as const

type Options = NonNullable<ParseArgsConfig['options']>

/** Splits the words after a command into options and the rest; what isn't an option of it is refused. */
export function parseWords<const Given extends Options>(words: readonly string[], options: Given) {
  try {
    return ok(parseArgs({ args: [...words], options, allowPositionals: true, strict: true }))
  } catch (error) {
    if (!isParseError(error)) throw error
    return usageFault(error.message.split('. ')[0] ?? 'These words make no sense')
  }
}

export function usageFault(message: string): Result<never, UsageFault> {
  return err({ type: 'Usage', message })
}

function isParseError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS')
  )
}
