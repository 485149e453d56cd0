import { readFileSync, readdirSync } from 'node:fs'

/**
 * Kills the browser that runs on a profile, with its process group, as `kill -9` does: by the profile's folder in its
 * command line, which this test alone knows. Linux only.
 * @throws when there is none
 */
export function killBrowserOf(profileFolder: string): void {
  const groups = new Set<number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || !commandLineOf(name).includes(profileFolder)) continue
    const group = processGroupOf(name)
    if (group !== undefined) groups.add(group)
  }
  const own = processGroupOf('self')
  if (groups.size === 0) throw new Error('no browser runs on this profile')
  for (const group of groups) {
    if (group === own) throw new Error('the browser runs in the group of the tests')
    process.kill(-group, 'SIGKILL')
  }
}

function commandLineOf(pid: string): string {
  return readProcess(pid, 'cmdline')
}

/** The fifth field of proc_pid_stat(5); the second, a name in brackets, may hold spaces. */
function processGroupOf(pid: string): number | undefined {
  const stat = readProcess(pid, 'stat')
  const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])
  return Number.isInteger(group) ? group : undefined
}

/** Empty for a process that is gone. */
function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
