import type { Result } from '@salus/base'
import { GROUP_WRITES_MAX } from '../limits.ts'

/** The four statements that a group needs of its database. Each throws when the database refuses. */
export interface Transactions {
  begin(): void
  commit(): void
  rollback(): void
  savepoint(): void
  release(): void
  rollbackToSavepoint(): void
}

interface Member {
  /** Runs inside the transaction. `isKept` false takes its writes back. */
  readonly run: () => { readonly isKept: boolean; readonly settle: () => void }
  readonly fail: (error: unknown) => void
}

/**
 * Group commit: the writes of one turn of the event loop are one transaction, so that they share one flush to the disk.
 * Each is answered only after the commit (S15). A member that throws or refuses is rolled back alone.
 */
export class GroupCommit {
  readonly #transactions: Transactions
  #waiting: Member[] = []
  #isScheduled = false
  #onIdle: (() => void)[] = []

  constructor(transactions: Transactions) {
    this.#transactions = transactions
  }

  /** Runs `write` with the others of this turn. A Result that is an error takes back what it wrote. */
  write<T, E>(write: () => Result<T, E>): Promise<Result<T, E>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        run: () => {
          const result = write()
          return { isKept: result.ok, settle: () => resolve(result) }
        },
        fail: reject,
      })
      this.#schedule()
    })
  }

  /** Resolves once nothing waits. */
  async idle(): Promise<void> {
    if (this.#waiting.length === 0) return
    await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    // The check phase comes after every socket that was readable in this turn has been read.
    setImmediate(() => {
      this.#isScheduled = false
      this.#commit(this.#waiting.splice(0, GROUP_WRITES_MAX))
      if (this.#waiting.length > 0) this.#schedule()
      else for (const resolve of this.#onIdle.splice(0)) resolve()
    })
  }

  #commit(members: readonly Member[]): void {
    const settled: (() => void)[] = []
    try {
      this.#transactions.begin()
      for (const member of members) settled.push(this.#runMember(member))
      this.#transactions.commit()
    } catch (error) {
      // Nothing of the group is durable: nobody may hear otherwise.
      try {
        this.#transactions.rollback()
      } catch {
        // SQLite has ended the transaction by itself, as after a full disk.
      }
      for (const member of members) member.fail(error)
      return
    }
    for (const settle of settled) settle()
  }

  /** @returns what tells the member how it went, once the group is committed */
  #runMember(member: Member): () => void {
    this.#transactions.savepoint()
    try {
      const { isKept, settle } = member.run()
      if (!isKept) this.#transactions.rollbackToSavepoint()
      this.#transactions.release()
      return settle
    } catch (error) {
      this.#transactions.rollbackToSavepoint()
      this.#transactions.release()
      return () => member.fail(error)
    }
  }
}
