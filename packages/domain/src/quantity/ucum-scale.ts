/**
 * What a UCUM unit measures and how it stands to the same unit without metric prefixes: `mg/dL` is `g/L` × 10^-2.
 * Two units with the same dimension differ by a power of ten, which is exact.
 */
export interface UcumScale {
  /** Sorted atoms with their powers and annotations, e.g. `L^-1 g^1`. */
  readonly dimension: string
  readonly powerOfTen: number
}

/** Characters of a unit that are looked at. */
export const UNIT_LENGTH_MAX = 60

/**
 * Reads the part of UCUM (§2 and tables 1–4) that laboratories print: terms joined by `.` and `/`, metric prefixes,
 * powers, `10*n`, `%`, annotations. Null for what is beyond that; such units convert by a marker's own factors only.
 */
export function ucumScale(unit: string): UcumScale | null {
  if (unit === '' || unit.length > UNIT_LENGTH_MAX) return null
  const powers = new Map<string, number>()
  let powerOfTen = 0
  for (const { term, sign } of splitTerms(unit)) {
    const read = readTerm(term)
    if (read === null) return null
    powerOfTen += sign * read.powerOfTen
    if (read.atom !== '') powers.set(read.atom, (powers.get(read.atom) ?? 0) + sign * read.power)
  }
  const dimension = [...powers]
    .filter(([, power]) => power !== 0)
    .map(([atom, power]) => `${atom}^${power}`)
    .sort()
    .join(' ')
  return { dimension, powerOfTen }
}

/** True when one is an amount of substance (mol) and the other a mass (g), otherwise alike: needs a molar mass. */
export function isMassAgainstMoles(a: UcumScale, b: UcumScale): boolean {
  return massToMoles(a.dimension) === b.dimension || massToMoles(b.dimension) === a.dimension
}

function massToMoles(dimension: string): string {
  return dimension
    .split(' ')
    .map((factor) => (factor === 'g^1' ? 'mol^1' : factor))
    .sort()
    .join(' ')
}

const PREFIXES = new Map([
  ['k', 3],
  ['d', -1],
  ['c', -2],
  ['m', -3],
  ['u', -6],
  ['n', -9],
  ['p', -12],
  ['f', -15],
])

/** Atoms that take a metric prefix (UCUM tables 1, 2, 4: "isMetric"). */
const METRIC = new Set(['g', 'mol', 'L', 'l', 'm', 's', 'U', '[IU]', 'eq', 'kat', 'osm', 'Pa', 'J'])

/** Atoms that don't: times other than the second, and what is counted. */
const PLAIN = new Set([
  'min',
  'h',
  'd',
  'a',
  'Cel',
  'K',
  '[HPF]',
  '[LPF]',
  '[pH]',
  'kgf',
  '[degF]',
  'm[Hg]',
  'Hz',
  'cal',
])

function splitTerms(unit: string): { term: string; sign: 1 | -1 }[] {
  const terms: { term: string; sign: 1 | -1 }[] = []
  let sign: 1 | -1 = 1
  let term = ''
  let depth = 0
  for (const letter of unit) {
    if (letter === '{' || letter === '[') depth += 1
    if (letter === '}' || letter === ']') depth -= 1
    if (depth === 0 && (letter === '/' || letter === '.')) {
      // A leading slash (`/uL`) has nothing before it.
      if (term !== '' || terms.length > 0) terms.push({ term, sign })
      sign = letter === '/' ? -1 : 1
      term = ''
    } else {
      term += letter
    }
  }
  terms.push({ term, sign })
  return terms
}

interface Term {
  readonly atom: string
  readonly power: number
  readonly powerOfTen: number
}

function readTerm(term: string): Term | null {
  const ten = /^10(?:\*|\^)(-?\d{1,2})$/.exec(term)
  if (ten !== null) return { atom: '', power: 0, powerOfTen: Number(ten[1]) }
  if (term === '%') return { atom: '', power: 0, powerOfTen: -2 }
  if (term === 'mm[Hg]') return { atom: 'm[Hg]', power: 1, powerOfTen: -3 }
  const match = /^((?:\[[^\]]+\]|[A-Za-z])*)(-?\d)?(\{[^}]*\})?$/.exec(term)
  if (match === null) return null
  const [, symbol = '', powerText = '1', annotation = ''] = match
  const power = Number(powerText)
  if (symbol === '') return annotation === '' ? null : { atom: annotation, power: 1, powerOfTen: 0 }
  if (PLAIN.has(symbol)) return { atom: symbol + annotation, power, powerOfTen: 0 }
  if (METRIC.has(symbol)) return { atom: canonicalAtom(symbol) + annotation, power, powerOfTen: 0 }
  const prefix = PREFIXES.get(symbol.charAt(0))
  const rest = symbol.slice(1)
  if (prefix === undefined || !METRIC.has(rest)) return null
  return { atom: canonicalAtom(rest) + annotation, power, powerOfTen: prefix * power }
}

/** UCUM has both spellings of the litre. */
function canonicalAtom(symbol: string): string {
  return symbol === 'l' ? 'L' : symbol
}
