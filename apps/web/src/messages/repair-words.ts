import { type LanguageCode, language } from './language.svelte.ts'
import { repairDe } from './repair-de.ts'
import { type RepairMessages, repairEn } from './repair-en.ts'

const WORDS: Readonly<Record<LanguageCode, RepairMessages>> = { en: repairEn, de: repairDe }

/** The words of a repair in the language that is shown. To be called where Svelte can see it. */
export function repairWords(): RepairMessages {
  return WORDS[language.code]
}
