import { type Bytes, bytesToUtf8, utf8ToBytes } from '@salus/base'
import type { Dice } from '../sim/dice.ts'
import { bendBytes } from './bend-bytes.ts'

/** Values at which readers of JSON break. */
const EDGES: readonly unknown[] = [
  null,
  true,
  '',
  'x',
  0,
  -0,
  -1,
  1.5,
  1e308,
  5e-324,
  2 ** 53,
  -(2 ** 53),
  0xffffffff,
  0x100000000,
  [],
  {},
  '__proto__',
  '\0',
  '\u2028',
  '\ud800',
  'é',
  'x'.repeat(10_000),
  '0'.repeat(400),
  'A'.repeat(43),
  'A'.repeat(22),
  '2026-02-30T25:61:61Z',
]
const KEYS = ['__proto__', 'constructor', 'toString', 'length', '', 'x'] as const
const DEPTH = 40
const BENDS_MAX = 3

/** A JSON seed with some of its values changed, moved, doubled or taken away; now and then its text is bent instead. */
export function bendJson(dice: Dice, seeds: readonly Bytes[]): Bytes {
  const text = seeds.length === 0 ? undefined : bytesToUtf8(dice.pick(seeds))
  if (text?.ok !== true || dice.chance(25)) return bendBytes(dice, seeds)
  let value = parse(text.value)
  for (let bends = dice.between(1, BENDS_MAX); bends > 0; bends--) value = bendValue(dice, value)
  const bent = JSON.stringify(dice.chance(80) ? sorted(value) : value, null, dice.chance(95) ? 0 : 1)
  return utf8ToBytes(bent)
}

function bendValue(dice: Dice, value: unknown): unknown {
  // Deeper the more there is below.
  if (Array.isArray(value) && value.length > 0 && dice.chance(80)) return bendArray(dice, value)
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0 && dice.chance(90))
    return bendObject(dice, value)
  if (typeof value === 'string' && dice.chance(50)) return bendText(dice, value)
  return dice.chance(95) ? edge(dice) : nested(dice)
}

/** One of them is null, which nothing else picks. */
function edge(dice: Dice): unknown {
  return EDGES[dice.below(EDGES.length)]
}

function bendArray(dice: Dice, list: readonly unknown[]): unknown[] {
  const at = dice.below(list.length)
  const item = list[at]
  switch (dice.below(6)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return list.toSpliced(at, 0, item)
    case 2:
      return [...list].reverse()
    case 3:
      return dice.chance(10) ? Array.from({ length: 2_000 }, () => item) : [...list, edge(dice)]
    default:
      return list.with(at, bendValue(dice, item))
  }
}

function bendObject(dice: Dice, object: object): unknown {
  const members = Object.entries(object) as [string, unknown][]
  const at = dice.below(members.length)
  const [key, value] = members[at] ?? ['', undefined]
  switch (dice.below(6)) {
    case 0:
      return Object.fromEntries(members.toSpliced(at, 1))
    case 1:
      return Object.fromEntries([...members, [dice.pick(KEYS), edge(dice)]])
    case 2:
      return Object.fromEntries([...members, [key, members[dice.below(members.length)]?.[1]]])
    default:
      return Object.fromEntries(members.with(at, [key, bendValue(dice, value)]))
  }
}

function bendText(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1)
  return text.slice(0, at) + dice.pick(['', ' ', '-', '.', '0', 'A', '_', '\0', 'é', '\u{1f4a9}']) + text.slice(at + 1)
}

function nested(dice: Dice): unknown {
  let value: unknown = 1
  for (let depth = dice.below(DEPTH); depth > 0; depth--) value = dice.chance(50) ? [value] : { x: value }
  return value
}

/** Keys in order, as canonical JSON has them, so that bent values get past that check. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    (Object.entries(value) as [string, unknown][])
      .map(([key, member]): [string, unknown] => [key, sorted(member)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
