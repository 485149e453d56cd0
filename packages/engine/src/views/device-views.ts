import { bytesToUtf8, parseCanonicalJson, utf8ToBytes } from '@salus/base'
import { DEVICE_NAME_KIND, IMPORT_KIND, LAB_RESULT_KIND, decodeDeviceName, decodeImportRecord } from '@salus/domain'
import { parseAlarm, setAsideChains } from '@salus/sync'
import { vaultFingerprint } from '@salus/vault'
import { isActive, isFull } from '@salus/wire'
import type { AlarmView, DevicesView, ImportsView, RecordView, SyncView } from '../view-types.ts'
import type { OpenVault } from '../open-vault.ts'
import { type ViewContext, headView } from './conflict-view.ts'

/** Meta name of the alarms that the owner has read, as a JSON list of ids. */
export const META_DISMISSED = 'dismissed'

/** The owner's word for a device, or the start of its id. */
export function nameOfDevice(vault: OpenVault, device: string): string {
  const record = vault.stream('core').records.get(device)
  const name = record?.kind === DEVICE_NAME_KIND ? decodeDeviceName(record.shown) : undefined
  return name?.ok === true ? name.value.name : device.slice(0, 8)
}

export async function devicesView(vault: OpenVault): Promise<DevicesView> {
  const core = vault.core.state
  const setAside = await setAsideChains(vault.deps.store)
  const lastSeen = lastSeenMs(vault)
  return {
    devices: [...core.devices.values()].map((device) => ({
      id: device.id,
      name: nameOfDevice(vault, device.id),
      isThis: device.id === vault.deps.device.id,
      isActive: isActive(device),
      isFull: isFull(core, device),
      lastSeenMs: lastSeen.get(device.id) ?? null,
      setAside: setAside
        .filter((chain) => chain.device === device.id)
        .reduce((sum, chain) => sum + chain.toSeq - chain.fromSeq + 1, 0),
    })),
    fingerprint: vaultFingerprint(core.vault),
    relayUrl: vault.relayOrigin,
  }
}

/** When each device's newest batch was written, by its own clock. */
function lastSeenMs(vault: OpenVault): Map<string, number> {
  const seen = new Map<string, number>()
  for (const state of vault.replica.streams.values()) {
    for (const [device, ms] of state.newestMs) seen.set(device, Math.max(seen.get(device) ?? 0, ms))
  }
  return seen
}

export async function syncView(vault: OpenVault): Promise<SyncView> {
  const alarms = await alarmViews(vault)
  const { status } = vault
  const waiting = vault.waiting.batches
  const isAlarmed = alarms.some((alarm) => !alarm.isDismissed)
  const state = ((): SyncView['state'] => {
    // A fork of its own chain is an alarm too; what the owner has to do about it comes first.
    if (status.state === 'retired') return 'retired'
    if (isAlarmed) return 'alarm'
    if (vault.relayOrigin === null) return 'localOnly'
    if (status.state === 'halted' || status.state === 'update') return 'alarm'
    if (status.state === 'inStep') return waiting > 0 ? 'waiting' : 'inStep'
    return status.state
  })()
  return {
    state,
    waiting,
    readShare: state === 'syncing' ? vault.readShare : null,
    inStepMs: status.inStepMs,
    relayUrl: vault.relayOrigin,
    refusal: status.refusal,
    alarms,
    needsUpdate: vault.replica.needsUpdate || status.state === 'update',
  }
}

async function alarmViews(vault: OpenVault): Promise<AlarmView[]> {
  const dismissed = await dismissedAlarms(vault)
  return (await vault.deps.store.alarms()).flatMap((row) => {
    const json = parseCanonicalJson(row.json)
    const alarm = json.ok ? parseAlarm(json.value) : undefined
    if (alarm === undefined) return []
    const { type, atMs, device, detail } = alarm
    return [
      {
        id: row.id,
        type,
        atMs,
        deviceName: device === null ? null : nameOfDevice(vault, device),
        detail,
        isDismissed: dismissed.has(row.id),
      },
    ]
  })
}

export async function dismissedAlarms(vault: OpenVault): Promise<Set<string>> {
  const stored = await vault.deps.store.meta(META_DISMISSED)
  const text = stored === undefined ? undefined : bytesToUtf8(stored)
  const ids: unknown = text?.ok === true ? JSON.parse(text.value) : []
  return new Set(Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [])
}

export function encodeDismissed(ids: ReadonlySet<string>) {
  return utf8ToBytes(JSON.stringify([...ids]))
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
