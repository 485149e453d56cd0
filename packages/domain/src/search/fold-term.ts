/** Letters that Unicode does not take apart into a base letter and a mark. */
const LETTERS = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['α', 'alpha'],
  ['β', 'beta'],
  ['γ', 'gamma'],
  ['µ', 'u'],
  ['μ', 'u'],
])

/**
 * One spelling for the ways a name is typed: no case, no diacritics, one space for whatever is neither letter nor digit.
 * `Östradiol (17-β)` and `ostradiol 17 BETA` fold to the same.
 */
export function foldTerm(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđαβγµμ]/g, (letter) => LETTERS.get(letter) ?? letter)
    .replace(/[^\p{L}\p{N}#%+]+/gu, ' ')
    .trim()
}
