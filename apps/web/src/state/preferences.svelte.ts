/** What somebody chose about this app on this device. Nothing of the record: it is readable while Salus is locked. */
export interface PreferenceValues {
  readonly theme: 'auto' | 'light' | 'dark'
  /** A language's code; undefined follows the device. */
  readonly language: string | undefined
  readonly autoLockMinutes: number
  readonly hasShortcuts: boolean
}

export const AUTO_LOCK_MINUTES_CHOICES = [1, 5, 15, 60] as const

const DEFAULTS: PreferenceValues = { theme: 'auto', language: undefined, autoLockMinutes: 5, hasShortcuts: true }
const STORAGE_KEY = 'salus.preferences'

class Preferences {
  values = $state.raw<PreferenceValues>(DEFAULTS)

  /** Reads what is stored, and shows it. */
  start(): void {
    this.values = parsePreferences(localStorage.getItem(STORAGE_KEY))
    this.#applyTheme()
  }

  set(change: Partial<PreferenceValues>): void {
    this.values = { ...this.values, ...change }
    localStorage.setItem(STORAGE_KEY, JSON.stringify(this.values))
    this.#applyTheme()
  }

  #applyTheme(): void {
    const { theme } = this.values
    const root = document.documentElement
    if (theme === 'auto') delete root.dataset['theme']
    else root.dataset['theme'] = theme
  }
}

export const preferences = new Preferences()

/** Whatever is not as expected is as if never chosen. */
export function parsePreferences(stored: string | null): PreferenceValues {
  const parsed = parseJson(stored)
  if (typeof parsed !== 'object' || parsed === null) return DEFAULTS
  // Each member is checked below before it is used.
  const members = parsed as Partial<Record<keyof PreferenceValues, unknown>>
  const { theme, language, autoLockMinutes, hasShortcuts } = members
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : DEFAULTS.theme,
    language: typeof language === 'string' ? language : DEFAULTS.language,
    autoLockMinutes: AUTO_LOCK_MINUTES_CHOICES.find((choice) => choice === autoLockMinutes) ?? DEFAULTS.autoLockMinutes,
    hasShortcuts: typeof hasShortcuts === 'boolean' ? hasShortcuts : DEFAULTS.hasShortcuts,
  }
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
