import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memberOf } from './json-shape.ts'

export const ROOT_DIR = join(import.meta.dirname, '../..')

const KILL_GRACE_MS = 10_000
const running = new Set<number>()

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>
  /** After this the command and all it started are ended. */
  readonly timeoutMs: number
}

/**
 * Runs the program of an installed package in the repository's root, its output going to ours.
 * @returns whether it ended by itself with exit code 0
 */
export async function runPackage(
  packageName: string,
  program: string,
  programArguments: readonly string[],
  options: CommandOptions,
): Promise<boolean> {
  const path = programPath(packageName, program)
  if (path === undefined) {
    say(`${packageName} is not installed`)
    return false
  }
  return runNode([path, ...programArguments], options)
}

/** Runs Node with these arguments; see {@link runPackage}. */
export async function runNode(nodeArguments: readonly string[], options: CommandOptions): Promise<boolean> {
  const isGroupLeader = process.platform !== 'win32'
  const child = spawn(process.execPath, nodeArguments, {
    cwd: ROOT_DIR,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: isGroupLeader,
  })
  const target = child.pid === undefined ? undefined : isGroupLeader ? -child.pid : child.pid
  if (target !== undefined) running.add(target)
  let kill: NodeJS.Timeout | undefined
  const timeout = setTimeout(() => {
    say(`no end after ${options.timeoutMs / 1000} s: stopping it`)
    signalTo(target, 'SIGTERM')
    kill = setTimeout(() => signalTo(target, 'SIGKILL'), KILL_GRACE_MS)
  }, options.timeoutMs)
  const isClean = await new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      say(error.message)
      resolve(false)
    })
    child.on('exit', (code) => resolve(code === 0))
  })
  clearTimeout(timeout)
  clearTimeout(kill)
  // What a crashed suite left behind (a relay, a browser) must not outlive it.
  signalTo(target, 'SIGKILL')
  if (target !== undefined) running.delete(target)
  return isClean
}

/** Ends everything that still runs, for when this process is told to stop. */
export function stopRunning(signal: NodeJS.Signals): void {
  for (const target of running) signalTo(target, signal)
}

export function say(message: string): void {
  process.stdout.write(`${message}\n`)
}

function signalTo(target: number | undefined, signal: NodeJS.Signals): void {
  if (target === undefined) return
  try {
    process.kill(target, signal)
  } catch (error) {
    // Already gone.
    if (memberOf(error, 'code') !== 'ESRCH') throw error
  }
}

function programPath(packageName: string, program: string): string | undefined {
  const packageDir = join(ROOT_DIR, 'node_modules', packageName)
  const manifestPath = join(packageDir, 'package.json')
  if (!existsSync(manifestPath)) return undefined
  const bin = memberOf(JSON.parse(readFileSync(manifestPath, 'utf8')), 'bin')
  const path = typeof bin === 'string' ? bin : memberOf(bin, program)
  return typeof path === 'string' ? join(packageDir, path) : undefined
}
