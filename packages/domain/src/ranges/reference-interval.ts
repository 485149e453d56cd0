import { type Decimal, ZERO, compareDecimals } from '../quantity/decimal.ts'
import { parseStoredDecimal } from '../quantity/parse-decimal.ts'
import type { Comparator } from '../quantity/reported-value.ts'

/** A reference interval as the report printed it. The texts keep their digits; bounds belong to the interval unless exclusive. */
export interface ReferenceInterval {
  readonly low?: string
  readonly high?: string
  readonly lowExclusive?: boolean
  readonly highExclusive?: boolean
  readonly unit?: string
  /** The whole print, the only content of an interval in words. */
  readonly text?: string
  /** What it is for, such as `normal` or `therapeutic`; absent means normal (FHIR R4, Observation.referenceRange.type). */
  readonly type?: string
  /** For whom it holds, in words. */
  readonly appliesTo?: string
}

/** Where a value lies; `unknown` when nothing sure can be said. */
export type IntervalState = 'below' | 'in' | 'above' | 'unknown'

/** Characters of a printed interval that are looked at. */
export const INTERVAL_TEXT_LENGTH_MAX = 400

/**
 * Bounds of a printed interval: `3.5 - 5.1`, `0,27–4,20`, `< 200`, `>= 60`, `up to 5`. Anything else, also a number that
 * could be a grouped thousand, has no bounds: it stays words.
 */
export function intervalFromText(text: string): ReferenceInterval {
  const words = { text }
  if (text.length > INTERVAL_TEXT_LENGTH_MAX) return words
  const print = text.trim().replace(/^\(?\s*(.*?)\s*\)?$/, '$1')
  const between = /^([\d.,]+)\s*(?:-|–|—|to|bis|à|a)\s*([\d.,]+)$/i.exec(print)
  if (between !== null) {
    const [, low = '', high = ''] = between
    return isPlainNumber(low) && isPlainNumber(high) && isOrdered(low, high) ? { low, high, text } : words
  }
  const oneSided = /^(<=|≤|<|>=|≥|>|up to|bis|hasta|jusqu'à)\s*([\d.,]+)$/i.exec(print)
  const [, sign = '', bound = ''] = oneSided ?? []
  if (!isPlainNumber(bound)) return words
  if (sign === '<') return { high: bound, highExclusive: true, text }
  if (sign === '>') return { low: bound, lowExclusive: true, text }
  return sign === '>=' || sign === '≥' ? { low: bound, text } : { high: bound, text }
}

/**
 * Where a value lies. A bound (`<0.1`) is placed only when every number that it stands for is there: `<0.1` against a
 * low of 0.5 is below, `<5` against 3 is unknown. Value and interval must be in one unit.
 */
export function stateAgainst(
  quantity: { readonly value: Decimal; readonly comparator?: Comparator },
  interval: ReferenceInterval,
): IntervalState {
  const low = boundOf(interval.low)
  const high = boundOf(interval.high)
  if (low === undefined || high === undefined || (low === null && high === null)) return 'unknown'
  if (low !== null && high !== null && isEmpty(low, high, interval)) return 'unknown'
  const { value, comparator } = quantity
  const belowLow = low !== null && isBeyond(compareDecimals(low, value), interval.lowExclusive)
  const aboveHigh = high !== null && isBeyond(compareDecimals(value, high), interval.highExclusive)
  if (comparator === undefined) return belowLow ? 'below' : aboveHigh ? 'above' : 'in'
  if (comparator === '<' || comparator === '<=') {
    if (low !== null && isAllBelow(value, comparator === '<', low, interval.lowExclusive === true)) return 'below'
    // No laboratory quantity with a bound of 0 goes below it, so 0 bounds nothing.
    const isBoundedBelow = low !== null && compareDecimals(low, ZERO) > 0
    return !isBoundedBelow && isWithinHigh(value, comparator === '<', high, interval) ? 'in' : 'unknown'
  }
  if (high !== null && isAllBelow(high, interval.highExclusive === true, value, comparator === '>')) return 'above'
  return high === null && isWithinLow(value, comparator === '>', low, interval) ? 'in' : 'unknown'
}

/**
 * The state against several printed intervals: those of another type than normal do not count, and when the rest
 * disagree (by age, by sex) nothing is claimed.
 */
export function stateAgainstAll(
  quantity: { readonly value: Decimal; readonly comparator?: Comparator },
  intervals: readonly ReferenceInterval[],
): IntervalState {
  const states = intervals
    .filter(({ type }) => type === undefined || type === 'normal')
    .map((interval) => stateAgainst(quantity, withBoundsOfText(interval)))
    .filter((state) => state !== 'unknown')
  const [first = 'unknown', ...others] = new Set(states)
  return others.length === 0 ? first : 'unknown'
}

function withBoundsOfText(interval: ReferenceInterval): ReferenceInterval {
  const { low, high, text } = interval
  return low === undefined && high === undefined && text !== undefined ? intervalFromText(text) : interval
}

/** Nothing can lie in it: it was printed or read wrongly. */
function isEmpty(low: Decimal, high: Decimal, interval: ReferenceInterval): boolean {
  const isExclusive = interval.lowExclusive === true || interval.highExclusive === true
  return isBeyond(compareDecimals(low, high), isExclusive)
}

/** Everything under `value` lies below the bound. */
function isAllBelow(value: Decimal, valueExcluded: boolean, bound: Decimal, boundExcluded: boolean): boolean {
  const order = compareDecimals(value, bound)
  return order < 0 || (order === 0 && (valueExcluded || boundExcluded))
}

function isWithinHigh(
  value: Decimal,
  valueExcluded: boolean,
  high: Decimal | null,
  interval: ReferenceInterval,
): boolean {
  if (high === null) return false
  const order = compareDecimals(value, high)
  return order < 0 || (order === 0 && (valueExcluded || interval.highExclusive !== true))
}

function isWithinLow(
  value: Decimal,
  valueExcluded: boolean,
  low: Decimal | null,
  interval: ReferenceInterval,
): boolean {
  if (low === null) return false
  const order = compareDecimals(low, value)
  return order < 0 || (order === 0 && (valueExcluded || interval.lowExclusive !== true))
}

function isBeyond(order: number, exclusive: boolean | undefined): boolean {
  return order > 0 || (order === 0 && exclusive === true)
}

/** The bound's number, null when there is none, undefined when its text is no number. */
function boundOf(text: string | undefined): Decimal | null | undefined {
  if (text === undefined) return null
  const decimal = parseStoredDecimal(text)
  return decimal.ok ? decimal.value : undefined
}

/** `1,234` and `1.234` might be thousands: an interval is not guessed either. */
function isPlainNumber(text: string): boolean {
  return /^\d+(?:[.,]\d+)?$/.test(text) && !/^[1-9]\d{0,2}[.,]\d{3}$/.test(text)
}

function isOrdered(low: string, high: string): boolean {
  const a = boundOf(low)
  const b = boundOf(high)
  return a !== null && b !== null && a !== undefined && b !== undefined && compareDecimals(a, b) <= 0
}
