/*
 * What a sample's records say in words. English is what the stories are written in; another language is a table of it.
 */

/** Words of the sample in German: substances, results as a laboratory prints them, sites, notes. */
const GERMAN: Readonly<Record<string, string>> = {
  'Testosterone cypionate': 'Testosteroncypionat',
  Anastrozole: 'Anastrozol',
  'Estradiol patch': 'Estradiol-Pflaster',
  Progesterone: 'Progesteron',
  'Testosterone gel': 'Testosteron-Gel',

  'left thigh': 'linker Oberschenkel',
  'right thigh': 'rechter Oberschenkel',
  'left shoulder': 'linke Schulter',
  'right shoulder': 'rechte Schulter',
  'left lower abdomen': 'Unterbauch links',
  'right lower abdomen': 'Unterbauch rechts',
  'left buttock': 'linke Gesäßhälfte',
  'right buttock': 'rechte Gesäßhälfte',

  'White blood cells': 'Leukozyten',
  'Glucose, fasting': 'Glukose, nüchtern',
  Triglycerides: 'Triglyzeride',
  'Vitamin D, 25-OH': '25-OH-Vitamin D',
  'Testosterone, total': 'Testosteron, gesamt',
  'Testosterone, free': 'Testosteron, frei',
  'Estradiol, sensitive': 'Estradiol, sensitiv',
  Haematocrit: 'Hämatokrit',
  Haemoglobin: 'Hämoglobin',
  'HDL cholesterol': 'HDL-Cholesterin',
  'LDL cholesterol': 'LDL-Cholesterin',
  'Cholesterol, total': 'Cholesterin, gesamt',
  Creatinine: 'Kreatinin',
  Platelets: 'Thrombozyten',
  'Red blood cells': 'Erythrozyten',
  'Free T4': 'Freies T4',
  Prolactin: 'Prolaktin',

  'Slept badly, long day.': 'Schlecht geschlafen, langer Tag.',
  'First day of the new amounts.': 'Erster Tag mit den neuen Mengen.',
  'Clearer in the morning than last week.': 'Morgens klarer als letzte Woche.',
  'Long walk, slept through.': 'Langer Spaziergang, durchgeschlafen.',
}

const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = { de: GERMAN }

/** Languages that a sample has words in, besides English. */
export const SAMPLE_LANGUAGES: readonly string[] = Object.keys(WORDS)

/** @returns how a language says a sample's English words; what it has no word for stays */
export function sampleWords(language: string): (english: string) => string {
  const words = WORDS[language]
  return (english) => words?.[english] ?? english
}
