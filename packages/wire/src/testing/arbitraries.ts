import type { Bytes } from '@salus/base'
import fc from 'fast-check'
import {
  type DeviceId,
  type Hash,
  type StreamId,
  type VaultId,
  deviceIdOf,
  hashOf,
  streamIdOf,
  vaultIdOf,
} from '../ids.ts'

/** What wire's property tests draw from. */

export const anyBytes = (minLength: number, maxLength: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength, maxLength }).map((bytes): Bytes => Uint8Array.from(bytes))

export const exactBytes = (length: number): fc.Arbitrary<Bytes> => anyBytes(length, length)

export const anyDeviceId: fc.Arbitrary<DeviceId> = exactBytes(16).map(deviceIdOf)
export const anyStreamId: fc.Arbitrary<StreamId> = exactBytes(16).map(streamIdOf)
export const anyHash: fc.Arbitrary<Hash> = exactBytes(32).map(hashOf)
export const anyVaultId: fc.Arbitrary<VaultId> = exactBytes(32).map(vaultIdOf)
export const anyU32: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.nat(0xffffffff))
/** Of a batch: 1 or more. */
export const anySeq: fc.Arbitrary<number> = anyU32.filter((seq) => seq >= 1)
