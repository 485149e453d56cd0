/**
 * Asks the browser not to throw the record away when it is short of room. Not waited for: one browser asks the owner and
 * answers only then, another has no such question.
 */
export function keepStorage(): void {
  // An engine may lack the whole interface, whatever TypeScript's library says.
  const storage = navigator.storage as StorageManager | undefined
  if (storage?.persist === undefined) return
  void storage.persist()
}
