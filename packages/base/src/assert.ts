/** States what the code around it guarantees. A failure is a bug, so it throws; the message holds no user data. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${invariant}`)
}

/** A switch over a union has handled every member. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${typeof value}`)
}

/** A value that the code around it guarantees to be there. */
export function present<T>(value: T | undefined | null, invariant: string): T {
  if (value === undefined || value === null) throw new Error(`Invariant broken: ${invariant}`)
  return value
}
