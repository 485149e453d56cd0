import { basename } from 'node:path'

/** What of V8's CPU profile is read here (Chrome DevTools Protocol, Profiler.Profile): times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** One function's own time, its callees' left out. */
export interface SelfTime {
  readonly name: string
  readonly ms: number
}

/** V8's names for time in which no function of the program runs. */
const IDLE: ReadonlySet<string> = new Set(['(idle)', '(root)'])

/** Own time of each function, the greatest first; waiting is left out. */
export function selfTimes(profile: CpuProfile): SelfTime[] {
  const names = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName === '' ? '(anonymous)' : functionName}${url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`}`,
    ]),
  )
  const spentUs = new Map<string, number>()
  for (const [index, id] of profile.samples.entries()) {
    const name = names.get(id) ?? '(unknown)'
    if (!IDLE.has(name)) spentUs.set(name, (spentUs.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0))
  }
  return [...spentUs].map(([name, us]) => ({ name, ms: us / 1_000 })).sort((a, b) => b.ms - a.ms)
}

/** The greatest `rows` of them as lines of a table, with their share of all that ran. */
export function profileTable(times: readonly SelfTime[], rows: number): string {
  const total = times.reduce((sum, { ms }) => sum + ms, 0)
  const lines = times
    .slice(0, rows)
    .map(({ name, ms }) => `${ms.toFixed(0).padStart(6)} ms ${((100 * ms) / total).toFixed(1).padStart(5)} %  ${name}`)
  return [`${total.toFixed(0).padStart(6)} ms 100.0 %  all that ran`, ...lines].join('\n')
}
