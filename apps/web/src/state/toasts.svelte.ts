/** Milliseconds that something stays undoable by one tap. */
export const UNDO_MS = 10_000
const NOTE_MS = 4_000
const TOASTS_MAX = 3

export interface Toast {
  readonly id: number
  readonly text: string
  readonly action: { readonly label: string; readonly run: () => void } | undefined
  /** Undefined stays until it is dealt with. */
  readonly lastsMs: number | undefined
}

class Toasts {
  list = $state.raw<readonly Toast[]>([])
  #nextId = 1

  /** Says that something was done. */
  note(text: string): void {
    this.#push({ text, action: undefined, lastsMs: NOTE_MS })
  }

  /** Says that something was done, and takes it back on a tap. */
  undoable(text: string, label: string, run: () => void): void {
    this.#push({ text, action: { label, run }, lastsMs: UNDO_MS })
  }

  /** Says that something failed; stays until closed. */
  fail(text: string): void {
    if (this.list.some((toast) => toast.text === text)) return
    this.#push({ text, action: undefined, lastsMs: undefined })
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }

  clear(): void {
    this.list = []
  }

  #push(toast: Omit<Toast, 'id'>): void {
    this.list = [...this.list, { ...toast, id: this.#nextId++ }].slice(-TOASTS_MAX)
  }
}

export const toasts = new Toasts()
