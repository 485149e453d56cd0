import type { Bytes } from '@salus/base'

/** One reader of bytes that come from outside. */
export interface FuzzTarget {
  readonly name: string
  /** Well-formed inputs, and known refused ones, which are bent. */
  readonly seeds: readonly Bytes[]
  /** How a seed is bent: as bytes, or as the JSON text that it is. */
  readonly shape: 'bytes' | 'json'
  /** Reads one input. A throw is a crash, as is a second spelling of what has one alone. */
  readonly read: (input: Bytes) => unknown
}

/** What a target was given, and how it fell. */
export interface Crash {
  readonly target: string
  readonly inputHex: string
  readonly why: string
}
