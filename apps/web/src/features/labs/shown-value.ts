import type { ResultView } from '@salus/engine/view-types'

/**
 * What stands for a result where there is room for one value: its own, or those of its parts. Of a blood pressure the
 * systolic part comes first, whatever the report's order, since 130/81 is how everybody reads one.
 */
export function shownValue(result: Pick<ResultView, 'valueText' | 'components'>): string {
  if (result.valueText !== '' || result.components.length === 0) return result.valueText
  const isSystolic = ({ label }: { readonly label: string }): boolean => /^systolic/i.test(label)
  const ordered = [...result.components.filter(isSystolic), ...result.components.filter((part) => !isSystolic(part))]
  return ordered
    .slice(0, PARTS_MAX)
    .map((part) => part.valueText)
    .join('/')
}

/** The unit that goes with {@link shownValue}: that of the parts when all have the same. */
export function shownUnit(result: Pick<ResultView, 'valueText' | 'unit' | 'components'>): string {
  if (result.valueText !== '' || result.unit !== '') return result.unit
  const units = new Set(result.components.map((part) => part.unit))
  const [unit = ''] = units
  return units.size === 1 ? unit : ''
}

/** A panel of many parts isn't one value; its page lists them all. */
const PARTS_MAX = 2
