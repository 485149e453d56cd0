/**
 * Whether a push's cursor stands exactly `count` batches behind the one that the device pulls from: then all between are
 * the `count` that it has just offered for the first time, and there is nothing to pull. A batch that had been offered
 * before might lie in front of `from`, and another's between; so this is asked for first offers alone.
 */
export function passedCursor(from: string | undefined, to: string, count: number): boolean {
  const [fromEpoch, fromNumber] = from?.split('.') ?? []
  const [toEpoch, toNumber] = to.split('.')
  return fromEpoch !== undefined && fromEpoch === toEpoch && Number(toNumber) === Number(fromNumber) + count
}
