import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const END_GRACE_MS = 3_000

/** Groups not yet ended; a test process that stops early takes them along. */
const liveGroups = new Set<number>()
process.on('exit', () => {
  for (const group of liveGroups) signalGroup(group, 'SIGKILL')
})

/** Starts a program in a process group of its own, so that {@link endProgram} reaches what it starts in turn. */
export function startProgram(
  program: string,
  programArguments: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly pipeFd3?: boolean } = {},
): ChildProcess {
  const child = spawn(program, programArguments, {
    stdio: options.pipeFd3 === true ? ['ignore', 'ignore', 'ignore', 'pipe'] : ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, ...options.env },
    detached: true,
  })
  if (child.pid !== undefined) liveGroups.add(child.pid)
  return child
}

/** Ends a program and all it started: asked first, then killed. */
export async function endProgram(child: ChildProcess): Promise<void> {
  const group = child.pid
  if (group === undefined) return
  const ended = child.exitCode !== null || child.signalCode !== null
  const exit = ended ? Promise.resolve() : new Promise((resolve) => child.once('exit', resolve))
  signalGroup(group, 'SIGTERM')
  await Promise.race([exit, pause(END_GRACE_MS, undefined, { ref: false })])
  signalGroup(group, 'SIGKILL')
  liveGroups.delete(group)
}

/** A port that is free now. Another program may take it before it is used: callers try again. */
export async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // The group is gone, which is what was asked for.
  }
}
