import { bytesToHex } from '@salus/base'
import { IMPORT_KIND, LAB_RESULT_KIND, decodeImportRecord } from '@salus/domain'
import { setAsideChains } from '@salus/sync'
import { vaultFingerprint } from '@salus/vault'
import { type DeviceId, idBytes, isActive, isFull } from '@salus/wire'
import type { OpenVault } from '../open-vault.ts'
import type { DeviceView, DevicesView, ImportsView, RecordView } from '../view-types.ts'
import { type ViewContext, headView } from './conflict-view.ts'
import { nameOfDevice } from './sync-view.ts'

/** Bytes of a device's id that are shown: enough to tell a handful of devices apart. */
const DEVICE_MARK_BYTES = 6

export async function devicesView(vault: OpenVault): Promise<DevicesView> {
  const core = vault.core.state
  const setAside = await setAsideChains(vault.deps.store)
  return {
    devices: [...core.devices.values()].map((device) => ({
      id: device.id,
      name: nameOfDevice(vault, device.id),
      isThis: device.id === vault.deps.device.id,
      isActive: isActive(device),
      isFull: isFull(core, device),
      setAside: setAside
        .filter((chain) => chain.device === device.id)
        .reduce((sum, chain) => sum + chain.toSeq - chain.fromSeq + 1, 0),
      ...writings(vault, device.id),
      confirmed: device.id === vault.deps.device.id ? null : confirmations(vault, device.id),
      mark: (bytesToHex(idBytes(device.id).subarray(0, DEVICE_MARK_BYTES)).match(/.{4}/g) ?? []).join(' '),
    })),
    fingerprint: vaultFingerprint(core.vault),
    relayUrl: vault.relayOrigin,
  }
}

/** When a device's first and newest batch here were written, by its own clock. */
function writings(vault: OpenVault, device: DeviceId): Pick<DeviceView, 'firstWroteMs' | 'lastSeenMs'> {
  const times: number[] = []
  for (const state of vault.replica.streams.values()) {
    for (const seq of [1, state.appliedSeq(device)]) times.push(state.writtenMs(device, seq) ?? Number.NaN)
  }
  const known = times.filter((ms) => !Number.isNaN(ms))
  return known.length === 0
    ? { firstWroteMs: null, lastSeenMs: null }
    : { firstWroteMs: Math.min(...known), lastSeenMs: Math.max(...known) }
}

/** What another device's own batches name of this device's: a batch says what its author had when it wrote (V25). */
function confirmations(vault: OpenVault, other: DeviceId): DeviceView['confirmed'] {
  const self = vault.deps.device.id
  let [missing, untilMs]: [number, number | null] = [0, null]
  for (const state of vault.replica.streams.values()) {
    const seq = state.confirmedSeq(other, self)
    missing += Math.max(0, state.appliedSeq(self) - seq)
    const ms = state.writtenMs(self, seq)
    if (ms !== undefined) untilMs = Math.max(untilMs ?? ms, ms)
  }
  return { missing, untilMs }
}

export function importsView(vault: OpenVault): ImportsView {
  const imports = [...vault.stream('labs').records.values()].flatMap((record) => {
    if (record.kind !== IMPORT_KIND || record.isDeleted) return []
    const read = decodeImportRecord(record.shown)
    if (!read.ok) return []
    const { fileName, format, importedAtMs, records } = read.value
    return [{ id: record.id, fileName, format, atMs: importedAtMs, records: records[LAB_RESULT_KIND] ?? 0 }]
  })
  return { imports: imports.sort((a, b) => b.atMs - a.atMs) }
}

/** Any record with all that was ever written to it. */
export function recordView(vault: OpenVault, id: string, context: ViewContext): RecordView | null {
  for (const state of vault.replica.streams.values()) {
    const record = state.records.get(id)
    if (record === undefined) continue
    const revisions = record
      .revisions()
      .map(({ field, revision, isReplaced }) => ({ ...headView(revision, context), field, isReplaced }))
    revisions.sort((a, b) => b.atMs - a.atMs)
    return { id, kind: record.kind, isDeleted: record.isDeleted, isRevived: record.isRevived, revisions }
  }
  return null
}
