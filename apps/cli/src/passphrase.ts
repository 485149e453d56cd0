import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type Result, bytesToUtf8, err, ok } from '@salus/base'
import { EXIT, type CommandContext, type ExitCode } from './command.ts'
import { systemErrorSentence } from './system-error.ts'
import { type HiddenFault, LINE_BYTES_MAX } from './terminal.ts'

/** Why there is no passphrase; `sentence` says it in English. */
export interface NoPassphrase {
  readonly sentence: string
  readonly exit: ExitCode
}

const READABLE_BY_OTHERS = 0o077

/**
 * The passphrase of this device's keystore: from the file that SALUS_PASSPHRASE_FILE names, else typed. It is no option
 * and no variable of its own: the words of a command can be read by every user of the machine while it runs and stay
 * in the shell's history, and an environment is handed on to every program that is started from it.
 * @param isNew asks twice, so that a slip is noticed before it locks the owner out
 */
export async function readPassphrase(context: CommandContext, isNew: boolean): Promise<Result<string, NoPassphrase>> {
  const path = context.environment['SALUS_PASSPHRASE_FILE'] ?? ''
  if (path !== '') return passphraseOfFile(path)
  const { terminal } = context
  const first = await terminal.askHidden(isNew ? 'New passphrase for this device: ' : 'Passphrase: ')
  if (!first.ok) return err(hiddenFault(first.error))
  if (!isNew) return first
  const second = await terminal.askHidden('The same again: ')
  if (!second.ok) return err(hiddenFault(second.error))
  if (first.value !== second.value) return err({ sentence: 'The two are not the same.', exit: EXIT.failed })
  return first
}

function passphraseOfFile(path: string): Result<string, NoPassphrase> {
  const fault = (reason: string): Result<never, NoPassphrase> =>
    err({ sentence: `SALUS_PASSPHRASE_FILE ${path}: ${reason}.`, exit: EXIT.unusable })
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const found = fstatSync(file)
    if (found.isDirectory()) return fault('it is a folder, not a file')
    if (process.platform !== 'win32' && (found.mode & READABLE_BY_OTHERS) !== 0) {
      return fault(`other users may read it, so nothing in it is secret (chmod 600 ${path})`)
    }
    const bytes = readLineBytes(file)
    if (bytes.length > LINE_BYTES_MAX) return fault('its first line is too long')
    const text = bytesToUtf8(bytes)
    bytes.fill(0)
    if (!text.ok) return fault('it is not text in UTF-8')
    const line = text.value.replace(/\r$/, '')
    return line === '' ? fault('its first line is empty') : ok(line)
  } catch (error) {
    return fault(systemErrorSentence(error))
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The first line, or one byte more than {@link LINE_BYTES_MAX} of it. A pipe may give it in parts. */
function readLineBytes(file: number): Buffer {
  const bytes = Buffer.alloc(LINE_BYTES_MAX + 1)
  let length = 0
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, null)
    const newline = bytes.subarray(length, length + read).indexOf(0x0a)
    if (newline !== -1) return bytes.subarray(0, length + newline)
    length += read
    if (read === 0) break
  }
  return bytes.subarray(0, length)
}

function hiddenFault(fault: HiddenFault): NoPassphrase {
  switch (fault.type) {
    case 'Interrupted':
      return { sentence: 'Stopped.', exit: EXIT.interrupted }
    case 'TooLong':
    case 'NotText':
      return { sentence: 'That cannot be a passphrase: it is too long or no text.', exit: EXIT.failed }
    case 'NoTerminal':
      return {
        sentence:
          'There is no terminal to type the passphrase at. Let SALUS_PASSPHRASE_FILE name a file, readable by you alone, whose first line it is.',
        exit: EXIT.unusable,
      }
  }
}
