import { inspect } from 'node:util'
import { type Bytes, bytesToHex } from '@salus/base'
import { Dice } from '../sim/dice.ts'
import { bendBytes } from './bend-bytes.ts'
import { bendJson } from './bend-json.ts'
import type { Crash, FuzzTarget } from './fuzz-target.ts'

/** No input that fits its bound may keep a reader busy for longer, milliseconds: a loop that its author can stretch. */
const READ_MS_MAX = 10_000
/** Nor make it hold more than this, bytes; looked at now and then, for asking takes longer than most reads. */
const MEMORY_BYTES_MAX = 768 * 1024 * 1024
const MEMORY_ASKED_EVERY = 64
/** Bent inputs that each target is given, however busy the machine. */
const BENT_MIN = 3
const HEX_SHOWN_MAX = 4_000

export interface FuzzEnd {
  readonly executions: number
  readonly crash: Crash | undefined
}

/** Gives a target inputs until the time is up or it falls. The same seed gives the same inputs in the same order. */
export async function fuzz(target: FuzzTarget, seed: number, forMs: number): Promise<FuzzEnd> {
  const dice = new Dice(seed)
  const bend = target.shape === 'json' ? bendJson : bendBytes
  const until = performance.now() + forMs
  const memoryBefore = process.memoryUsage.rss()
  let executions = 0
  // Every seed as it is comes first: what fails there is no find, but a broken target.
  for (const input of target.seeds) {
    executions++
    const why = await fallOf(target, input)
    if (why !== undefined) return { executions, crash: crashOf(target, input, why) }
  }
  while (performance.now() < until || executions < target.seeds.length + BENT_MIN) {
    const input = bend(dice, target.seeds)
    executions++
    const why = await fallOf(target, input)
    if (why !== undefined) return { executions, crash: crashOf(target, input, why) }
    const grown = executions % MEMORY_ASKED_EVERY === 0 ? process.memoryUsage.rss() - memoryBefore : 0
    if (grown > MEMORY_BYTES_MAX)
      return { executions, crash: crashOf(target, input, `${String(grown)} bytes of memory`) }
  }
  return { executions, crash: undefined }
}

async function fallOf(target: FuzzTarget, input: Bytes): Promise<string | undefined> {
  const startedMs = performance.now()
  try {
    await target.read(input)
  } catch (error) {
    return inspect(error)
  }
  const tookMs = performance.now() - startedMs
  return tookMs > READ_MS_MAX ? `took ${tookMs.toFixed(0)} ms` : undefined
}

function crashOf(target: FuzzTarget, input: Bytes, why: string): Crash {
  return { target: target.name, inputHex: bytesToHex(input).slice(0, HEX_SHOWN_MAX), why }
}
