import type { Brand } from './brand.ts'

/** Milliseconds since 1970-01-01T00:00:00Z, as the platform's clock tells them. */
export type EpochMs = Brand<number, 'EpochMs'>

export interface Clock {
  nowMs(): EpochMs
}

export function epochMs(milliseconds: number): EpochMs {
  return milliseconds as EpochMs
}

/** The platform's clock: the only place that asks for the time. */
export const systemClock: Clock = { nowMs: () => epochMs(Date.now()) }
