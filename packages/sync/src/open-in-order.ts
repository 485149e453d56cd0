/** Batches opened at a time: enough to keep WebCrypto busy, few enough to bound memory. */
export const OPEN_AT_ONCE = 32

/**
 * Opens items side by side, {@link OPEN_AT_ONCE} at most, and hands them out in their order: while one is merged, those
 * after it are decrypted and inflated on the platform's other threads.
 */
export async function* openInOrder<Item, Opened>(
  items: readonly Item[],
  open: (item: Item) => Promise<Opened>,
): AsyncGenerator<Opened> {
  const opening: Promise<Opened>[] = items.slice(0, OPEN_AT_ONCE).map(open)
  for (let next = 0; next < items.length; next++) {
    const first = opening.shift()
    if (first === undefined) return
    const opened = await first
    const item = items[next + 1 + opening.length]
    if (item !== undefined) opening.push(open(item))
    yield opened
  }
}

/** The same pages; while one is worked on, the next is read. */
export async function* readAhead<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  const iterator = pages[Symbol.asyncIterator]()
  const read = (): Promise<IteratorResult<Page>> => {
    const reading = iterator.next()
    // It is awaited below, but a failure in the meantime must not count as unheard.
    reading.catch(() => undefined)
    return reading
  }
  for (let next = read(); ;) {
    const page = await next
    if (page.done === true) return
    next = read()
    yield page.value
  }
}
