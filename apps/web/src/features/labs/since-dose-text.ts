import type { SinceDoseView } from '@salus/engine/view-types'
import { language } from '../../messages/language.svelte.ts'

const DAY_HOURS = 24

/** `6 d 22 h`, `3 d` where the draw is known to the day only; follows the language shown. */
export function sinceDoseText({ hours, days }: SinceDoseView): string {
  const { time, series } = language.t
  if (hours === null) return days === 0 ? series.sameDay : time.days(days)
  if (hours < DAY_HOURS) return time.hours(hours)
  const rest = hours % DAY_HOURS
  return [time.days(Math.floor(hours / DAY_HOURS)), ...(rest === 0 ? [] : [time.hours(rest)])].join(' ')
}
