/** Calls back later; tests and the simulator pass one that they advance. */
export interface Timer {
  /** Runs once after `delayMs`; the returned function cancels. */
  after(delayMs: number, run: () => void): () => void
}

/** The platform's timers. They keep no process alive by themselves. */
export const systemTimer: Timer = {
  after: (delayMs, run) => {
    const handle = setTimeout(run, delayMs)
    handle.unref()
    return () => clearTimeout(handle)
  },
}
