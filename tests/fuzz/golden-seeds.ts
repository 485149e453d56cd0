import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, hexToBytes } from '@salus/base'
import { ROOT_DIR } from '../runner/command.ts'

const HEX = /^(?:[0-9a-f]{2})+$/

/** Every text in hex that a file of golden vectors has under this name. */
export function goldenBytes(path: string, member: string): Bytes[] {
  return golden(path, member).flatMap((text) => {
    const bytes = HEX.test(text) ? hexToBytes(text) : undefined
    return bytes?.ok === true ? [bytes.value] : []
  })
}

/** Every text that a file of golden vectors has under this name, at any depth. */
export function golden(path: string, member: string): string[] {
  const found: string[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
      if (name === member && typeof inner === 'string') found.push(inner)
      walk(inner)
    }
  }
  walk(JSON.parse(readFileSync(join(ROOT_DIR, 'tests/vectors', path), 'utf8')))
  if (found.length === 0) throw new Error(`${path} has no ${member}`)
  return found
}
