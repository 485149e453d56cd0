import type { EntryLink } from './entry-link.ts'

/** What the opening address brought, until a screen has used it. */
class Entry {
  link = $state.raw<EntryLink | undefined>(undefined)

  clear(): void {
    this.link = undefined
  }
}

export const entry = new Entry()
