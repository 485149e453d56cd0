import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSPHRASE } from '../engine/test-devices.ts'

export const ROOT_DIR = join(import.meta.dirname, '../..')
const MAIN = join(ROOT_DIR, 'apps/cli/src/main.ts')

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Runs the command to its end. */
export async function salus(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const running = startSalus(words, options)
  running.child.stdin.end(options.input ?? '')
  return running.ended
}

/** The lines of an answer that ends with a newline, as it has to. */
export function linesOf(stdout: string): string[] {
  if (stdout !== '' && !stdout.endsWith('\n')) throw new Error('the last line has no end')
  return stdout.split('\n').slice(0, -1)
}

/** A command that runs, to be talked with or killed. */
export class RunningSalus {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Ended>
  #stdout = ''
  #stderr = ''
  #onOutput: (() => void) | undefined

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#onOutput?.()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#onOutput?.()
    })
    // A command that ends early closes its stdin.
    child.stdin.on('error', () => undefined)
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => {
        this.#onOutput?.()
        resolve({ stdout: this.#stdout, stderr: this.#stderr, code, signal })
      })
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  /** Resolves with the match once stdout has it; fails if the command ends without. */
  async untilStdout(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.#stdout)
  }

  async untilStderr(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.#stderr)
  }

  async #until(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(text())
      if (found !== null) return found
      if (this.child.exitCode !== null) throw new Error(`ended without ${String(pattern)}: ${this.#stderr}`)
      await new Promise<void>((resolve) => (this.#onOutput = resolve))
    }
  }
}

export function startSalus(words: readonly string[], { cwd, env }: RunOptions = {}): RunningSalus {
  // What `npm test` has set for itself is not the command's.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD|SALUS_|NODE_|VITEST)/.test(name))
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: cwd ?? ROOT_DIR,
    env: { ...Object.fromEntries(inherited), ...env },
  })
  return new RunningSalus(child)
}

/** A file with the tests' passphrase, and the environment that names it. */
export function passphraseFile(
  folder: string,
  text = `${PASSPHRASE}\n`,
  mode = 0o600,
): { SALUS_PASSPHRASE_FILE: string } {
  const path = join(folder, 'passphrase')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return { SALUS_PASSPHRASE_FILE: path }
}
