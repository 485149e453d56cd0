/**
 * Puts a kept form back over a fresh one. It was written by this app, maybe by an older build: a member that is missing
 * or of another type stays as it is in the fresh form.
 */
export function parseDraft<Draft extends object>(json: string, fresh: Draft): Draft {
  const kept = parseJson(json)
  if (typeof kept !== 'object' || kept === null) return fresh
  const restored = { ...fresh }
  for (const [name, value] of Object.entries(fresh)) {
    const keptValue: unknown = Reflect.get(kept, name)
    if (isSameShape(value, keptValue)) Reflect.set(restored, name, keptValue)
  }
  return restored
}

function isSameShape(fresh: unknown, kept: unknown): boolean {
  if (Array.isArray(fresh)) return Array.isArray(kept) && kept.every((item) => typeof item === 'string')
  if (fresh === null || typeof fresh === 'string') return typeof kept === 'string' || (fresh === null && kept === null)
  return typeof fresh === typeof kept
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
