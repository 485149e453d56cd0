import { onDestroy } from 'svelte'
import { SvelteMap } from 'svelte/reactivity'
import { engine } from '../engine/client.ts'

class DraftForm {
  /** What was typed, or undefined when nothing was or all is saved. */
  readonly read: () => string | undefined
  /** Before what was kept is back, an empty form says nothing. */
  isReady = $state(false)
  /** Something of this form lies sealed on the device. */
  isKept = false

  constructor(read: () => string | undefined) {
    this.read = read
  }
}

class Drafts {
  readonly #forms = new SvelteMap<string, DraftForm>()

  /** True while a form that is shown holds something that is not saved. */
  hasUnsaved(): boolean {
    return [...this.#forms.values()].some((form) => form.isReady && form.read() !== undefined)
  }

  /** Seals what was typed so far under this device's key: before a lock, and when the app goes out of sight. */
  async keepAll(): Promise<void> {
    await Promise.all([...this.#forms.entries()].map(([name, form]) => keep(name, form)))
  }

  add(name: string, form: DraftForm): void {
    this.#forms.set(name, form)
  }

  remove(name: string, form: DraftForm): void {
    if (this.#forms.get(name) === form) this.#forms.delete(name)
  }
}

export const drafts = new Drafts()

/**
 * Makes a form survive a lock, a closed tab and a look at another page. To be called while a form is being set up.
 * `read` gives what was typed as JSON, or undefined when there is nothing to keep; `restore` gets that text back.
 */
export function keepAsDraft(name: string, read: () => string | undefined, restore: (json: string) => void): void {
  const form = new DraftForm(read)
  drafts.add(name, form)
  void engine.api.draft(name).then((kept) => {
    form.isKept = kept.ok && kept.value !== undefined
    if (kept.ok && kept.value !== undefined && read() === undefined) restore(kept.value)
    form.isReady = true
  })
  onDestroy(() => {
    drafts.remove(name, form)
    void keep(name, form)
  })
}

async function keep(name: string, form: DraftForm): Promise<void> {
  const json = form.read()
  if (!form.isReady || (json === undefined && !form.isKept)) return
  // When the vault has locked in between, it was kept before; a full disk is told by the save itself.
  form.isKept = json !== undefined
  await engine.api.keepDraft(name, json)
}
