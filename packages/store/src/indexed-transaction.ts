import type { Result } from '@salus/base'

/** The stores of one transaction, by name. Only {@link answerOf} may be awaited between its requests. */
export type IndexedStores<Name extends string> = Readonly<Record<Name, IDBObjectStore>>

/**
 * Runs one write transaction by the browser's own interface: a library's promises around each request cost more than the
 * flush. What `body` refuses is taken back.
 * @returns what `body` said, once the browser has committed: after a flush where `durability` is strict
 *   (Indexed Database API 3.0 §2.7.1)
 * @throws what the browser throws; then nothing was written
 */
export async function writeIndexed<Name extends string, E>(
  database: IDBDatabase,
  names: readonly Name[],
  durability: 'strict' | 'relaxed',
  body: (stores: IndexedStores<Name>) => Promise<Result<void, E>>,
): Promise<Result<void, E>> {
  const transaction = database.transaction(names, 'readwrite', { durability })
  const ended = endOf(transaction)
  let result: Result<void, E>
  try {
    result = await body(storesOf(transaction, names))
    if (result.ok) transaction.commit()
    else transaction.abort()
  } catch (error) {
    abort(transaction)
    await ended
    // Why the transaction ended says more than the request that found it ended.
    throw transaction.error ?? error
  }
  const end = await ended
  if (result.ok && end === 'aborted') throw transaction.error ?? new DOMException('the browser ended it', 'AbortError')
  return result
}

/** A request's answer. */
export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new DOMException('the request failed', 'UnknownError'))
  })
}

/** Resolves when the transaction is over, however it ends. */
function endOf(transaction: IDBTransaction): Promise<'completed' | 'aborted'> {
  return new Promise((resolve) => {
    transaction.oncomplete = () => resolve('completed')
    transaction.onabort = () => resolve('aborted')
  })
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It has ended by itself.
  }
}

function storesOf<Name extends string>(transaction: IDBTransaction, names: readonly Name[]): IndexedStores<Name> {
  // One entry for each of the names.
  return Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])) as IndexedStores<Name>
}
