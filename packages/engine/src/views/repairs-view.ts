import { type Findings, readFindings } from '@salus/sync'
import type { OpenVault } from '../open-vault.ts'
import type { RepairView, RepairsView } from '../view-types.ts'
import { type KnownAlarm, knownAlarms, nameOfDevice } from './sync-view.ts'

/** Alarms of one kind that were raised within this time are one thing to see to. */
export const TOGETHER_MS = 10 * 60_000

export async function repairsView(vault: OpenVault): Promise<RepairsView> {
  const findings = await readFindings(vault.deps.store)
  const known = await knownAlarms(vault, findings)
  const repairs = grouped(vault, known).map((group) => repairView(vault, group, findings))
  repairs.sort((a, b) => Number(a.isDismissed) - Number(b.isDismissed) || b.atMs - a.atMs)
  return { repairs, comparedMs: findings.comparedMs }
}

/** A relay that is put back loses a piece of every chain: that is one event, told once. */
function grouped(vault: OpenVault, known: readonly KnownAlarm[]): KnownAlarm[][] {
  const groups = new Map<string, KnownAlarm[][]>()
  for (const one of [...known].sort((a, b) => a.alarm.atMs - b.alarm.atMs)) {
    const { type, device } = one.alarm
    // Two histories are seen to device by device; what a relay withheld, all at once.
    const key = JSON.stringify([type, aboutOf(vault, one), one.isDismissed, type === 'Fork' ? device : null])
    const same = groups.get(key) ?? []
    const last = same.at(-1)
    if (last?.[0] !== undefined && one.alarm.atMs - last[0].alarm.atMs <= TOGETHER_MS) last.push(one)
    else same.push([one])
    groups.set(key, same)
  }
  return [...groups.values()].flat()
}

function aboutOf(vault: OpenVault, { alarm }: KnownAlarm): RepairView['about'] {
  if (alarm.stream === null && alarm.detail !== 'NotAnEnvelope') return 'core'
  // What a relay lost or withheld is its own doing, whoever wrote it; two histories are of a device.
  if (alarm.device === null || (alarm.type !== 'Fork' && alarm.type !== 'Forged')) return 'relay'
  return alarm.device === vault.deps.device.id ? 'thisDevice' : 'otherDevice'
}

function repairView(vault: OpenVault, group: readonly KnownAlarm[], findings: Findings): RepairView {
  const [first] = group
  if (first === undefined) throw new Error('Invariant broken: a group has a first alarm')
  const alarms = group.map(({ alarm }) => alarm)
  const counts = alarms.map(({ entries }) => entries)
  const found = group.map(({ id }) => findings.found.get(id))
  return {
    alarmIds: group.map(({ id }) => id),
    type: first.alarm.type,
    about: aboutOf(vault, first),
    deviceNames: unique(alarms.map(({ device }) => (device === null ? undefined : nameOfDevice(vault, device)))),
    categories: unique(
      alarms.map(({ stream }) => (stream === null ? undefined : vault.core.keyring.get(stream)?.category)),
    ),
    atMs: first.alarm.atMs,
    entries: counts.includes(undefined) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    givenBack: found.reduce((sum, finding) => sum + (finding?.givenBack ?? 0), 0),
    isOpen: found.some((finding) => finding?.isOpen ?? findings.comparedMs === null),
    isDismissed: first.isDismissed,
    findings: alarms.map(({ detail, stream, device, seq }) =>
      [detail, stream?.slice(0, 8), device?.slice(0, 8), seq]
        .filter((part) => part !== undefined && part !== null)
        .join(' '),
    ),
  }
}

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort()
}
