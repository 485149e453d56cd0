import type { Writable } from 'node:stream'
import { type Result, bytesToUtf8, concatBytes, err, ok } from '@salus/base'

/** What a command may say and ask. Its answer goes to stdout and nothing else does. */
export interface Terminal {
  /** A line of the answer. */
  print(line: string): void
  /** A part of the answer as it is, without a line's end. */
  write(text: string): void
  /** A line beside the answer: a fault, a hint, a prompt. */
  remark(line: string): void
  /** Asks for one line, shown as it is typed; undefined where the input ends or `signal` aborts first. */
  askLine(prompt: string, signal: AbortSignal): Promise<string | undefined>
  /** Asks for one line without showing it. */
  askHidden(prompt: string): Promise<Result<string, HiddenFault>>
}

export type HiddenFault =
  /** Nobody sits there: input that comes from a pipe would be a secret in some file or history. */
  | { readonly type: 'NoTerminal' }
  /** Ctrl-C or Ctrl-D. */
  | { readonly type: 'Interrupted' }
  | { readonly type: 'TooLong' | 'NotText' }

/** Bytes of a typed line; a passphrase of seven words has about 60. */
export const LINE_BYTES_MAX = 4_096

/** The part of a terminal's input that this needs; `setRawMode` is there when it is one. */
export interface TerminalInput {
  readonly isTTY?: boolean
  setRawMode?(isRaw: boolean): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'end' | 'close', listener: () => void): unknown
  resume(): unknown
  pause(): unknown
  /** A pipe or a terminal is a socket, which keeps the process alive even while it is paused. */
  ref?(): unknown
  unref?(): unknown
}

/** A terminal over the process's three streams. */
export function createTerminal(input: TerminalInput, output: Writable, remarks: Writable): Terminal {
  const lines = new LineReader(input)
  return {
    print: (line) => void output.write(`${line}\n`),
    write: (text) => void output.write(text),
    remark: (line) => void remarks.write(`${line}\n`),
    askLine: (prompt, signal) => {
      remarks.write(prompt)
      return lines.next(signal)
    },
    askHidden: async (prompt) => {
      if (input.isTTY !== true || input.setRawMode === undefined) return err({ type: 'NoTerminal' })
      remarks.write(prompt)
      input.setRawMode(true)
      try {
        return await readHidden(input)
      } finally {
        input.setRawMode(false)
        remarks.write('\n')
      }
    },
  }
}

const NEWLINE = 0x0a
const RETURN = 0x0d
const INTERRUPT = 0x03
const END_OF_INPUT = 0x04
const ERASE_LINE = 0x15
const ERASE = new Set([0x08, 0x7f])

/** Reads keys up to Return. The terminal is raw: it neither shows them nor takes back what is erased. */
function readHidden(input: TerminalInput): Promise<Result<string, HiddenFault>> {
  const typed: number[] = []
  return new Promise((resolve) => {
    const end = (result: Result<string, HiddenFault>): void => {
      input.off('data', take)
      input.off('end', stop)
      input.off('close', stop)
      stopReading(input)
      typed.fill(0)
      resolve(result)
    }
    const stop = (): void => {
      end(err({ type: 'Interrupted' }))
    }
    const take = (chunk: Buffer): void => {
      for (const key of chunk) {
        if (key === NEWLINE || key === RETURN) {
          const text = bytesToUtf8(Uint8Array.from(typed))
          end(text.ok ? ok(text.value) : err({ type: 'NotText' }))
          return
        }
        if (key === INTERRUPT || key === END_OF_INPUT) {
          stop()
          return
        }
        if (key === ERASE_LINE) typed.length = 0
        else if (ERASE.has(key)) eraseCharacter(typed)
        else typed.push(key)
        if (typed.length > LINE_BYTES_MAX) {
          end(err({ type: 'TooLong' }))
          return
        }
      }
    }
    input.on('data', take)
    input.on('end', stop)
    input.on('close', stop)
    startReading(input)
  })
}

function startReading(input: TerminalInput): void {
  input.ref?.()
  input.resume()
}

function stopReading(input: TerminalInput): void {
  input.pause()
  input.unref?.()
}

/** Takes back a whole character: its UTF-8 continuation bytes are 0b10xxxxxx. */
function eraseCharacter(typed: number[]): void {
  while (((typed.at(-1) ?? 0) & 0xc0) === 0x80) typed.pop()
  typed.pop()
}

/** Gives lines one by one; what came after a line's end waits for the next question. */
class LineReader {
  readonly #input: TerminalInput
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array()
  #hasEnded = false

  constructor(input: TerminalInput) {
    this.#input = input
  }

  next(signal: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve) => {
      const finish = (line: string | undefined): void => {
        this.#input.off('data', take)
        this.#input.off('end', end)
        this.#input.off('close', end)
        signal.removeEventListener('abort', giveUp)
        stopReading(this.#input)
        resolve(line)
      }
      const giveUp = (): void => {
        finish(undefined)
      }
      const take = (chunk: Buffer): void => {
        this.#rest = concatBytes(this.#rest, chunk)
        if (this.#hasLine()) finish(this.#takeLine())
      }
      const end = (): void => {
        this.#hasEnded = true
        finish(this.#takeLine())
      }
      if (signal.aborted || this.#hasLine()) {
        resolve(signal.aborted ? undefined : this.#takeLine())
        return
      }
      this.#input.on('data', take)
      this.#input.on('end', end)
      this.#input.on('close', end)
      signal.addEventListener('abort', giveUp)
      startReading(this.#input)
    })
  }

  /** Nothing that may still come can change what {@link #takeLine} gives. */
  #hasLine(): boolean {
    return this.#hasEnded || this.#rest.length > LINE_BYTES_MAX || this.#rest.includes(NEWLINE)
  }

  /** Undefined for what is too long or no text, and at the end. */
  #takeLine(): string | undefined {
    const newline = this.#rest.indexOf(NEWLINE)
    const end = newline === -1 ? this.#rest.length : newline
    const line = bytesToUtf8(this.#rest.subarray(0, end))
    this.#rest = newline === -1 ? new Uint8Array() : this.#rest.slice(newline + 1)
    const isNothing = newline === -1 && end === 0
    return isNothing || end > LINE_BYTES_MAX || !line.ok ? undefined : line.value.replace(/\r$/, '')
  }
}
