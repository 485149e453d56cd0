/** Milliseconds that something stays undoable by one tap. */
export const UNDO_MS = 10_000
const NOTE_MS = 4_000

export interface Toast {
  readonly id: number
  readonly text: string
  readonly action: { readonly label: string; readonly run: () => void } | undefined
  /** Undefined stays until it is dealt with. */
  readonly lastsMs: number | undefined
}

/** One message at a time: the newest replaces what was said before. */
class Toasts {
  shown = $state.raw<Toast>()
  /** What can still be undone comes back once the words that hid it are gone. */
  #behind: Toast | undefined
  #nextId = 1

  /** Says that something was done. */
  note(text: string): void {
    this.#push({ text, action: undefined, lastsMs: NOTE_MS })
  }

  /** Says that something was done, and takes it back on a tap. */
  undoable(text: string, label: string, run: () => void): void {
    this.#push({ text, action: { label, run }, lastsMs: UNDO_MS })
  }

  /** Says that something failed; stays until closed, or until something else is said. */
  fail(text: string): void {
    if (this.shown?.text === text) return
    this.#push({ text, action: undefined, lastsMs: undefined })
  }

  dismiss(id: number): void {
    if (this.shown?.id !== id) return
    this.shown = this.#behind
    this.#behind = undefined
  }

  clear(): void {
    this.shown = undefined
    this.#behind = undefined
  }

  #push(toast: Omit<Toast, 'id'>): void {
    if (toast.action !== undefined) this.#behind = undefined
    else if (this.shown?.action !== undefined) this.#behind = this.shown
    this.shown = { ...toast, id: this.#nextId++ }
  }
}

export const toasts = new Toasts()
