/** What was computed for the keys used last; beyond `entriesMax` the one unused for longest is forgotten. */
export interface BoundedCache<Value> {
  /** The value of this key, computed on first use. A computation that throws leaves nothing behind. */
  getOrCompute(key: string, compute: () => Value): Value
  /** Entries held now, at most `entriesMax`. */
  size(): number
}

export function createBoundedCache<Value>(entriesMax: number): BoundedCache<Value> {
  // A Map iterates in order of insertion; putting an entry back on each use keeps the order that of use.
  const entries = new Map<string, { readonly value: Value }>()
  return {
    size: () => entries.size,
    getOrCompute: (key, compute) => {
      const entry = entries.get(key) ?? { value: compute() }
      entries.delete(key)
      entries.set(key, entry)
      if (entries.size > entriesMax) {
        for (const oldest of entries.keys()) {
          entries.delete(oldest)
          break
        }
      }
      return entry.value
    },
  }
}
