import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type Bytes, type Result, err, ok } from '@salus/base'
import { systemErrorSentence } from './system-error.ts'

/** Read at a time from what has no size, such as a pipe. */
const CHUNK_BYTES = 1024 * 1024
const MIB = 1024 * 1024

/** A sentence in English says why a file cannot be read. */
export interface InputFault {
  readonly type: 'CannotRead'
  readonly sentence: string
}

/**
 * Reads a whole file. One that is larger than `sizeBytesMax` is refused by its size, before a byte is read; one that
 * grows meanwhile, or a pipe, once more than that has come.
 */
export function readInputFile(path: string, sizeBytesMax: number): Result<Bytes, InputFault> {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const found = fstatSync(file)
    if (found.isDirectory()) return cannotRead('This is a folder, not a file.')
    if (found.size > sizeBytesMax) return tooLarge(sizeBytesMax)
    const bytes = readAtMost(file, found.isFile() ? found.size + 1 : CHUNK_BYTES, sizeBytesMax)
    return bytes === undefined ? tooLarge(sizeBytesMax) : ok(bytes)
  } catch (error) {
    return cannotRead(`The file cannot be read: ${systemErrorSentence(error)}.`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Undefined when there is more than `sizeBytesMax`. */
function readAtMost(file: number, sizeGuess: number, sizeBytesMax: number): Bytes | undefined {
  let bytes = new Uint8Array(sizeGuess)
  let length = 0
  for (;;) {
    const read = readSync(file, bytes, length, bytes.length - length, null)
    if (read === 0) return bytes.subarray(0, length)
    length += read
    if (length > sizeBytesMax) return undefined
    if (length < bytes.length) continue
    const larger = new Uint8Array(Math.min(2 * bytes.length, sizeBytesMax + 1))
    larger.set(bytes)
    bytes = larger
  }
}

function tooLarge(sizeBytesMax: number): Result<never, InputFault> {
  return cannotRead(`The file is larger than ${sizeBytesMax / MIB} MiB.`)
}

function cannotRead(sentence: string): Result<never, InputFault> {
  return err({ type: 'CannotRead', sentence })
}
