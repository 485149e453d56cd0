import { type EpochMs, type Json, canonicalJson, isJsonObject } from '@salus/base'
import { type RecordState, type Revision, hlcToMs, isFromFuture, shownHead, stampText } from '@salus/sync'
import type { ConflictView, HeadView } from '../view-types.ts'

/** Who a device is, in the owner's words. */
export type NameOfDevice = (device: string) => string

export interface ViewContext {
  readonly nameOfDevice: NameOfDevice
  readonly nowMs: EpochMs
}

/** Fields that two devices changed without seeing each other (V27). */
export function conflictViews(record: RecordState, context: ViewContext): ConflictView[] {
  return record.conflicts.flatMap((field) => {
    const live = record.heads(field).filter((head) => !head.isDead)
    const shown = shownHead(live)
    if (shown === undefined) return []
    // Two devices that wrote the same agree.
    const shownText = canonicalJson(shown.value)
    const others = live.filter((head) => canonicalJson(head.value) !== shownText).map((head) => headView(head, context))
    if (others.length === 0) return []
    return [{ field, shown: headView(shown, context), others }]
  })
}

export function headView(revision: Revision, context: ViewContext): HeadView {
  return {
    stamp: stampText(revision.stamp),
    text: valueText(revision.value),
    atMs: hlcToMs(revision.stamp.hlc),
    deviceName: context.nameOfDevice(revision.stamp.device),
    isFromFuture: isFromFuture(revision.stamp.hlc, context.nowMs),
  }
}

/** A field's value in words, whatever its shape, so that a field of an unknown kind can be read too. */
export function valueText(value: Json): string {
  if (typeof value === 'string') return value
  if (!isJsonObject(value)) return canonicalJson(value)
  const { comparator, text, unit } = value
  if (typeof text !== 'string') return canonicalJson(value)
  return `${typeof comparator === 'string' ? comparator : ''}${text} ${typeof unit === 'string' ? unit : ''}`.trim()
}
