import { isPartMissing } from '../state/part-missing.ts'
import { toasts } from '../state/toasts.svelte.ts'
import { type Messages, en } from './en.ts'

/** A language is one file; all but English are fetched when somebody wants them. */
const LANGUAGES = {
  en: { name: 'English', load: async (): Promise<Messages> => en },
  de: { name: 'Deutsch', load: async (): Promise<Messages> => (await import('./de.ts')).de },
} as const

export type LanguageCode = keyof typeof LANGUAGES

export const LANGUAGE_CHOICES: readonly { readonly code: LanguageCode; readonly name: string }[] = [
  { code: 'en', name: LANGUAGES.en.name },
  { code: 'de', name: LANGUAGES.de.name },
]

class Language {
  /** All words of the language that is shown. */
  t = $state.raw<Messages>(en)
  code = $state<LanguageCode>('en')

  /** For dates and numbers: the device's own variety (`en-GB`) when it is of the language shown. */
  get locale(): string {
    return navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === this.code) ?? this.code
  }

  /**
   * Shows a language; without a choice, the first of the device's that Salus has. Where its words can't be fetched, those
   * that are shown stay, English at first, and it is said.
   */
  async show(choice: string | undefined): Promise<void> {
    const code = isLanguageCode(choice) ? choice : languageOfDevice(navigator.languages)
    try {
      this.t = await LANGUAGES[code].load()
    } catch (error) {
      if (!isPartMissing(error)) throw error
      toasts.fail(this.t.app.partMissing)
      return
    }
    this.code = code
    document.documentElement.lang = code
  }
}

export const language = new Language()

export function languageOfDevice(tags: readonly string[]): LanguageCode {
  for (const tag of tags) {
    const code = tag.toLowerCase().split('-')[0]
    if (isLanguageCode(code)) return code
  }
  return 'en'
}

function isLanguageCode(code: string | undefined): code is LanguageCode {
  return code !== undefined && Object.hasOwn(LANGUAGES, code)
}
