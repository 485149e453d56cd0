import { bytesToUtf8, parseCanonicalJson, utf8ToBytes } from '@salus/base'
import { DEVICE_NAME_KIND, decodeDeviceName } from '@salus/domain'
import type { AlarmRow } from '@salus/store'
import { type Alarm, type Findings, parseAlarm, readFindings } from '@salus/sync'
import type { OpenVault } from '../open-vault.ts'
import type { AlarmView, SyncView } from '../view-types.ts'

/** Meta name of the alarms that the owner has read: a JSON list of their ids, each with when it had arisen. */
export const META_DISMISSED = 'dismissed'

/** The owner's word for a device, or the start of its id. */
export function nameOfDevice(vault: OpenVault, device: string): string {
  const record = vault.stream('core').records.get(device)
  const name = record?.kind === DEVICE_NAME_KIND ? decodeDeviceName(record.shown) : undefined
  return name?.ok === true ? name.value.name : device.slice(0, 8)
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

/** An alarm on record, and whether the owner has read it since it last arose (S18a). */
export interface KnownAlarm {
  readonly id: string
  readonly alarm: Alarm
  readonly isDismissed: boolean
}

export async function knownAlarms(vault: OpenVault, findings: Findings): Promise<KnownAlarm[]> {
  const dismissed = await dismissedAlarms(vault)
  return (await vault.deps.store.alarms()).flatMap((row: AlarmRow) => {
    const json = parseCanonicalJson(row.json)
    const alarm = json.ok ? parseAlarm(json.value) : undefined
    if (alarm === undefined) return []
    return [{ id: row.id, alarm, isDismissed: dismissed.get(row.id) === arisenMs(findings, row.id) }]
  })
}

/** 0 for an alarm that was raised before findings were kept. */
function arisenMs(findings: Findings, id: string): number {
  return findings.found.get(id)?.arisenMs ?? 0
}

async function alarmViews(vault: OpenVault): Promise<AlarmView[]> {
  const known = await knownAlarms(vault, await readFindings(vault.deps.store))
  return known.map(({ id, alarm: { type, atMs, device, detail }, isDismissed }) => {
    return { id, type, atMs, deviceName: device === null ? null : nameOfDevice(vault, device), detail, isDismissed }
  })
}

async function dismissedAlarms(vault: OpenVault): Promise<Map<string, number>> {
  const stored = await vault.deps.store.meta(META_DISMISSED)
  const text = stored === undefined ? undefined : bytesToUtf8(stored)
  const rows: unknown = text?.ok === true ? JSON.parse(text.value) : []
  // An earlier build wrote ids alone.
  const read = (row: unknown): readonly unknown[] => (Array.isArray(row) ? row : [row, 0])
  return new Map((Array.isArray(rows) ? rows : []).map(read).map(([id, atMs]) => [String(id), Number(atMs)]))
}

/** What is kept of the owner's having read an alarm, as it stands now. */
export async function dismissal(vault: OpenVault, id: string) {
  const findings = await readFindings(vault.deps.store)
  const dismissed = (await dismissedAlarms(vault)).set(id, arisenMs(findings, id))
  return { [META_DISMISSED]: utf8ToBytes(JSON.stringify([...dismissed])) }
}
