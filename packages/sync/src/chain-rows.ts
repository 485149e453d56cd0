import type { BatchRow, ChainName, Store } from '@salus/store'

/** All rows of a chain from a seq on, to another or to its end, whatever the store's pages hold. */
export async function chainFrom(
  store: Pick<Store, 'chain'>,
  chain: ChainName,
  fromSeq: number,
  toSeq = Number.POSITIVE_INFINITY,
): Promise<BatchRow[]> {
  const rows: BatchRow[] = []
  while (fromSeq + rows.length <= toSeq) {
    const page = await store.chain(chain, fromSeq + rows.length)
    if (page.length === 0) break
    rows.push(...page)
  }
  return rows.filter((row) => row.seq <= toSeq)
}
