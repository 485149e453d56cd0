import { type Bytes, assert } from '@salus/base'
import { type Hash, ZERO_HASH, deviceIdOf, hashOf, streamIdOf } from '@salus/wire'
import type { BatchRow, ChainName, CoreRow } from './port.ts'

/** Rows with the shape of real ones; a store never looks into the bytes. */

export const LABS = streamIdOf(new Uint8Array(16).fill(0x11))
export const JOURNAL = streamIdOf(new Uint8Array(16).fill(0x22))
export const PHONE = deviceIdOf(new Uint8Array(16).fill(0xa1))
export const LAPTOP = deviceIdOf(new Uint8Array(16).fill(0xb2))

export const PHONE_LABS: ChainName = { stream: LABS, device: PHONE }
export const LAPTOP_LABS: ChainName = { stream: LABS, device: LAPTOP }
export const PHONE_JOURNAL: ChainName = { stream: JOURNAL, device: PHONE }

/** Bytes that tell which row they belong to. */
export function bytesOf(length: number, seed: number): Bytes {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = i * 31 + seed * 17 + (i >> 8)
  return bytes
}

/** `count` batches of a chain after the first `fromSeq - 1`; `branch` tells two that share a seq apart. */
export function batchesOf(chain: ChainName, fromSeq: number, count: number, bytesEach = 200, branch = 0): BatchRow[] {
  return Array.from({ length: count }, (_, i) => {
    const seq = fromSeq + i
    const prevHash = seq === 1 ? ZERO_HASH : batchHash(chain, seq - 1, i === 0 ? 0 : branch)
    return {
      ...chain,
      seq,
      hash: batchHash(chain, seq, branch),
      prevHash,
      coreSeq: seq % 7,
      bytes: bytesOf(bytesEach, seq + branch),
    }
  })
}

export function batchHash(chain: ChainName, seq: number, branch = 0): Hash {
  return hashOf(bytesOf(32, seq * 1_000 + branch * 77 + chain.stream.charCodeAt(1) + chain.device.charCodeAt(1)))
}

/** `count` core rows from a seq on. */
export function coreRowsOf(fromSeq: number, count: number, branch = 0): CoreRow[] {
  return Array.from({ length: count }, (_, i) => {
    const seq = fromSeq + i
    return {
      seq,
      hash: coreHash(seq, branch),
      prevHash: seq === 0 ? ZERO_HASH : coreHash(seq - 1, branch),
      entry: bytesOf(300, seq + branch),
      wraps: seq % 2 === 0 ? bytesOf(117, seq) : undefined,
      links: seq % 3 === 0 ? bytesOf(68, seq) : undefined,
    }
  })
}

export function coreHash(seq: number, branch = 0): Hash {
  return hashOf(bytesOf(32, 500_000 + seq * 3 + branch * 997))
}

/** The only one of a list. */
export function only<T>(items: readonly T[]): T {
  const [first] = items
  assert(first !== undefined && items.length === 1, 'exactly one')
  return first
}
