import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** The whole relay as a process of its own, as `npm start` runs it, without the app. */
export interface RelayProcess {
  readonly child: ChildProcess
  readonly url: string
  /** Undefined once it was used. */
  readonly invite: string | undefined
  /** Resolves with the code or signal when the process has ended. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

const MAIN = resolve(import.meta.dirname, '../main.ts')
export const CLI = resolve(import.meta.dirname, '../cli.ts')

/** Starts it on a free port; the caller ends it. @throws with what it said when it ends before it is ready */
export async function startRelayProcess(
  dataDir: string,
  env: Record<string, string> = {},
  words: readonly string[] = [],
): Promise<RelayProcess> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { ...process.env, PORT: '0', SALUS_DATA: dataDir, SALUS_SKIP_BUILD: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | NodeJS.Signals | null>((done) =>
    child.once('exit', (code, signal) => done(signal ?? code)),
  )
  let [out, errors] = ['', '']
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ready = new Promise<void>((done) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.split('\n').length > 2) done()
    })
  })
  const isReady = await Promise.race([ready.then(() => true), ended.then(() => false)])
  if (!isReady) throw new Error(errors)
  const url = /Salus is at (\S+)/.exec(out)?.[1] ?? ''
  return { child, url, invite: /#invite=(\S+)/.exec(out)?.[1], ended }
}
