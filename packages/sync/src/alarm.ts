import { type EpochMs, type Json, canonicalJson, isJsonObject } from '@salus/base'
import type { AlarmRow } from '@salus/store'
import { type DeviceId, type StreamId, parseDeviceId, parseStreamId } from '@salus/wire'

/** The five ways in which a relay or a device can be caught (S18). */
export const ALARM_TYPES = ['Rollback', 'Fork', 'Gap', 'Omission', 'Forged'] as const
export type AlarmType = (typeof ALARM_TYPES)[number]

export interface Alarm {
  readonly type: AlarmType
  readonly atMs: EpochMs
  readonly stream: StreamId | null
  /** Whose chain; null where no signature proves a device: the relay is meant. */
  readonly device: DeviceId | null
  /** Where in the chain; null where it isn't one batch. */
  readonly seq: number | null
  /** Typed name of the check that failed. */
  readonly detail: string
  /** How many batches or core entries it concerns, where that is known. */
  readonly entries?: number
}

/** The same finding seen again is one row: the first time it was seen stays. */
export function alarmRow(alarm: Alarm): AlarmRow {
  const { atMs, ...finding } = alarm
  const name = [finding.type, finding.stream, finding.device, finding.seq, finding.detail].map((part) =>
    String(part ?? ''),
  )
  return { id: name.join('/'), json: canonicalJson({ ...finding, atMs }) }
}

export function parseAlarm(json: Json): Alarm | undefined {
  if (!isJsonObject(json)) return undefined
  const { type, atMs, stream, device, seq, detail, entries } = json
  const known = ALARM_TYPES.find((name) => name === type)
  const streamId = parseStreamId(stream)
  const deviceId = parseDeviceId(device)
  if (known === undefined || typeof atMs !== 'number' || typeof detail !== 'string') return undefined
  return {
    type: known,
    // Written by alarmRow from an EpochMs.
    atMs: atMs as EpochMs,
    stream: streamId.ok ? streamId.value : null,
    device: deviceId.ok ? deviceId.value : null,
    seq: typeof seq === 'number' ? seq : null,
    detail,
    ...(typeof entries === 'number' ? { entries } : {}),
  }
}
