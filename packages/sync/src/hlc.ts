import type { Brand, EpochMs } from '@salus/base'
import { BATCH_OPS_MAX, type DeviceId } from '@salus/wire'

/** Hybrid logical clock: milliseconds × 2048 + counter, below 2^53 (V26; Kulkarni et al. 2014). */
export type Hlc = Brand<number, 'Hlc'>

const COUNTERS = 2048
/** The greatest base that a device takes: room for a batch's ops is left below 2^53, the year 2109. */
const BASE_MAX = Number.MAX_SAFE_INTEGER - BATCH_OPS_MAX
/** A stamp further ahead of the reader's clock than this moves no clock and is flagged (V26). */
export const FUTURE_MS_MAX = 24 * 60 * 60 * 1000

/** When and by whom a value was written; unique in a stream. */
export interface Stamp {
  readonly hlc: Hlc
  readonly device: DeviceId
}

export function isHlc(value: unknown): value is Hlc {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

export function hlcOfMs(ms: EpochMs): Hlc {
  return (ms * COUNTERS) as Hlc
}

export function hlcToMs(hlc: Hlc): number {
  return Math.floor(hlc / COUNTERS)
}

/** Op i of a batch (V26). */
export function hlcPlus(base: Hlc, index: number): Hlc {
  return (base + index) as Hlc
}

/**
 * The next clock: past the device's clock, its own last, and all that the op replaces (V26). A clock set beyond the year
 * 2109 takes the greatest base there is.
 */
export function nextHlc(nowMs: EpochMs, own: Hlc, replaced: Hlc): Hlc {
  return Math.min(Math.max(hlcOfMs(nowMs), own + 1, replaced + 1), BASE_MAX) as Hlc
}

export function isFromFuture(hlc: Hlc, nowMs: EpochMs): boolean {
  return hlcToMs(hlc) > nowMs + FUTURE_MS_MAX
}

export function compareStamps(a: Stamp, b: Stamp): number {
  if (a.hlc !== b.hlc) return a.hlc - b.hlc
  return a.device === b.device ? 0 : a.device < b.device ? -1 : 1
}

/** Names a stamp as text, for sets and for the screen. */
export function stampText(stamp: Stamp): string {
  return `${String(stamp.hlc)}.${stamp.device}`
}
