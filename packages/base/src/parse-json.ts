import { JSON_DEPTH_MAX, type Json, isArray } from './json.ts'

const [QUOTE, BACKSLASH, COLON] = ['"', '\\', ':']

/**
 * `JSON.parse`, and right where it is not: V8 compares a member's name that is written with an escape, `\u0000` say, with the
 * names of objects it has met, and may take it for another that begins alike, here `\`; seen in Node 24. Such names are rare,
 * and are read as strings, where it is right.
 * @throws SyntaxError for what is no JSON, and for such a text nested deeper than {@link JSON_DEPTH_MAX}
 */
export function parseJson(text: string): Json {
  // What JSON.parse returns is JSON.
  const value = JSON.parse(text) as Json
  if (!text.includes(BACKSLASH) || !hasEscapedName(text)) return value
  // Lists of JSON are JSON.
  return objectsOf(JSON.parse(inLists(text)) as Json, 0)
}

/** The strings of a text that is JSON, and what stands between them, in turn: an odd one is a string with its quotes. */
function partsOf(text: string): string[] {
  const parts: string[] = []
  let between = 0
  for (let start = text.indexOf(QUOTE); start >= 0; start = text.indexOf(QUOTE, between)) {
    let end = start + 1
    while (text[end] !== QUOTE) end += text[end] === BACKSLASH ? 2 : 1
    parts.push(text.slice(between, start), text.slice(start, end + 1))
    between = end + 1
  }
  return [...parts, text.slice(between)]
}

function hasEscapedName(text: string): boolean {
  const parts = partsOf(text)
  return parts.some((part, i) => i % 2 === 1 && part.includes(BACKSLASH) && parts[i + 1]?.trimStart()[0] === COLON)
}

/** The same text without objects: each is a list that begins with 1, its names and values in turn; a list begins with 0. */
function inLists(text: string): string {
  return partsOf(text)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part.replace(/\[\s*\]|\{\s*\}|[[\]{}:]/g, (mark) => MARKS[`${mark[0] ?? ''}${mark.at(-1) ?? ''}`] ?? mark),
    )
    .join('')
}

/** By a mark's first and last sign: an empty list or object is one mark. */
const MARKS: Readonly<Record<string, string>> = {
  '[[': '[0,',
  '{{': '[1,',
  '[]': '[0]',
  '{}': '[1]',
  '}}': ']',
  '::': ',',
}

function objectsOf(json: Json, depth: number): Json {
  if (depth > JSON_DEPTH_MAX) throw new SyntaxError('JSON nested too deep')
  if (!isArray(json)) return json
  const [isObject, ...items] = json
  const values = items.map((item) => objectsOf(item, depth + 1))
  if (isObject !== 1) return values
  const members = values.flatMap((name, i) =>
    i % 2 === 0 && typeof name === 'string' ? [[name, values[i + 1] ?? null] as const] : [],
  )
  // As JSON.parse does it: of a name that comes twice the last one counts, and __proto__ is a name like any other.
  return Object.fromEntries(members)
}
