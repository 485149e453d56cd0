import { isCursor } from '@salus/wire'

/** `relayEpoch.number` (S7). */
export function formatCursor(relayEpoch: string, number: number): string {
  return `${relayEpoch}.${number}`
}

/**
 * The number to go on after: 0, the beginning, for none and for a cursor of another database. Undefined where the text
 * is no cursor.
 */
export function readCursor(text: string | undefined, relayEpoch: string): number | undefined {
  if (text === undefined || text === '') return 0
  if (!isCursor(text)) return undefined
  const [epoch, number] = text.split('.')
  const after = Number(number)
  return epoch === relayEpoch && Number.isSafeInteger(after) ? after : 0
}
