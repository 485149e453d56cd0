import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Random, type Result, bytesToHex, err, ok, utf8ToBytes } from '@salus/base'
import { isSystemError, systemErrorSentence } from './system-error.ts'

/** A sentence in English says why a file cannot be written. */
export interface OutputFault {
  readonly type: 'CannotWrite'
  readonly sentence: string
}

const TEMPORARY_NAME_BYTES = 6

/**
 * Writes a file that is there as a whole or not at all: first under a name of its own in the same folder, readable by
 * its owner alone, then renamed.
 */
export class WholeFileWriter {
  readonly #path: string
  readonly #temporaryPath: string
  #file: number | undefined

  private constructor(path: string, temporaryPath: string, file: number) {
    this.#path = path
    this.#temporaryPath = temporaryPath
    this.#file = file
  }

  /** @param inputs files that are read for this one and must not be replaced by it */
  static open(path: string, inputs: readonly string[], random: Random): Result<WholeFileWriter, OutputFault> {
    const fault = (reason: string): Result<never, OutputFault> =>
      err({ type: 'CannotWrite', sentence: `${path} cannot be written: ${reason}.` })
    try {
      const target = targetOf(path)
      if (target === undefined) return fault('it is there and no plain file')
      if (inputs.some((input) => isSameFile(input, target))) return fault('it is one of the files to read')
      const name = `.${basename(target)}.${bytesToHex(random.bytes(TEMPORARY_NAME_BYTES))}`
      const temporaryPath = join(dirname(target), name)
      return ok(new WholeFileWriter(target, temporaryPath, openSync(temporaryPath, 'wx', 0o600)))
    } catch (error) {
      return fault(systemErrorSentence(error))
    }
  }

  /** @throws the system's error, such as ENOSPC */
  write(text: string): void {
    if (this.#file === undefined) throw new Error('Invariant broken: written after the end')
    const bytes = utf8ToBytes(text)
    for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#file, bytes, offset)
  }

  /** Gives the file its name. @throws the system's error, such as ENOSPC */
  finish(): void {
    if (this.#file === undefined) throw new Error('Invariant broken: ended twice')
    fsyncSync(this.#file)
    this.#close()
    renameSync(this.#temporaryPath, this.#path)
  }

  /** Leaves nothing behind; does nothing after {@link finish}. */
  discard(): void {
    if (this.#file === undefined) return
    this.#close()
    rmSync(this.#temporaryPath, { force: true })
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}

/** Where a path leads: a link's target rather than the link is replaced. Undefined for a folder, a device or a pipe. */
function targetOf(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return path
  const target = realpathSync(path)
  return statSync(target).isFile() ? target : undefined
}

function isSameFile(one: string, other: string): boolean {
  const a = statIfThere(one)
  const b = statIfThere(other)
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

/** An input that cannot be looked at is told of when it is read. */
function statIfThere(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false, bigint: true })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}
