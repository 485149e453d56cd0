import { isJsonObject } from '@salus/base'
import {
  type Catalogue,
  type LabResult,
  type ReferenceInterval,
  type ResultValue,
  conceptLabel,
  decodeLabResult,
  resultState,
  sortKeyMs,
} from '@salus/domain'
import type { RecordState } from '@salus/sync'
import type { LabResultInput } from '../api.ts'
import type { ComponentView, RangeState, ResultView } from '../view-types.ts'
import { type ViewContext, conflictViews } from './conflict-view.ts'

/** A result as a screen shows it: as reported, with the report's own interval. */
export function resultView(
  record: RecordState,
  result: LabResult,
  isOnRelay: boolean,
  context: ViewContext,
): ResultView {
  return {
    id: record.id,
    label: result.label,
    valueText: valueText(result.value),
    unit: unitOf(result.value),
    takenAtText: result.takenAt?.text ?? '',
    takenAtMs: result.takenAt === null ? null : sortKeyMs(result.takenAt),
    rangeText: result.range.map(rangeText).join('; '),
    rangeState: rangeStateOf(result),
    note: result.note ?? '',
    laboratory: result.laboratory ?? '',
    method: result.method === null ? '' : conceptLabel(result.method),
    components: result.components.map(componentView),
    importId: result.source?.import ?? null,
    isOnRelay,
    conflicts: conflictViews(record, context),
    input: inputOf(result),
  }
}

/** The typed view of a record's shown fields; undefined when a merge or another build left them unreadable. */
export function labResultOf(record: RecordState): LabResult | undefined {
  const result = decodeLabResult(record.shown)
  return result.ok ? result.value : undefined
}

/** A part of a result that has several, such as a blood pressure. */
export function componentView({ label, value }: LabResult['components'][number]): ComponentView {
  return { label, valueText: valueText(value), unit: unitOf(value) }
}

export function valueText(value: ResultValue): string {
  switch (value.kind) {
    case 'quantity':
      return (value.comparator ?? '') + value.text
    case 'text':
      return value.text
    case 'codes':
      return conceptLabel(value)
    case 'boolean':
      return String(value.value)
    case 'other':
      return value.json
    case 'absent':
      return value.text ?? value.reason ?? ''
  }
}

export function unitOf(value: ResultValue): string {
  return value.kind === 'quantity' ? (value.unit ?? value.ucum ?? '') : ''
}

/** An interval as printed, or as its bounds say. */
export function rangeText(interval: ReferenceInterval): string {
  if (interval.text !== undefined) return interval.text
  if (interval.low !== undefined && interval.high !== undefined) return `${interval.low}–${interval.high}`
  if (interval.low !== undefined) return `${interval.lowExclusive === true ? '>' : '≥'} ${interval.low}`
  return interval.high === undefined ? '' : `${interval.highExclusive === true ? '<' : '≤'} ${interval.high}`
}

function rangeStateOf(result: LabResult): RangeState {
  const state = resultState(result.value, result.range)
  return state === 'in' ? 'inside' : state
}

/** What would have been typed to give this result; null when the form cannot hold it. */
function inputOf(result: LabResult): LabResultInput | null {
  const { value, takenAt, range, components } = result
  if (components.length > 0 || range.length > 1 || takenAt === null) return null
  if (value.kind !== 'quantity' && value.kind !== 'text') return null
  if (takenAt.precision !== 'day' && takenAt.precision !== 'instant' && takenAt.precision !== 'local') return null
  const [interval] = range
  return {
    markerId: result.marker,
    label: result.label,
    valueText: valueText(value),
    unit: unitOf(value),
    takenAt: takenAt.precision === 'day' ? takenAt.text : takenAt.text.slice(0, 16),
    zone: takenAt.zone ?? 'UTC',
    rangeLow: interval?.low ?? '',
    rangeHigh: interval?.high ?? '',
    note: result.note ?? '',
    laboratory: result.laboratory ?? '',
  }
}

/** One series a marker, or a label where the catalogue has none; a method of its own is a series of its own. */
export function seriesOf(catalogue: Catalogue, fields: RecordState['shown']): string {
  const marker = fields['marker']
  const label = fields['label']
  const method = fields['method']
  // The catalogue's own text of the id: one string for all of its results.
  const known = typeof marker === 'string' ? catalogue.markerById.get(marker)?.id : undefined
  const name = known ?? `:${typeof label === 'string' ? label.trim().toLowerCase() : ''}`
  const methodText = isJsonObject(method) && typeof method['text'] === 'string' ? method['text'] : ''
  return methodText === '' ? name : `${name}|${methodText.trim().toLowerCase()}`
}
