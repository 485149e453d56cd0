import { join } from 'node:path'
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'
import { ROOT_DIR } from './tracked-files.ts'

const eslint = new ESLint({ cwd: ROOT_DIR })

/** The rules that a text breaks, were it the content of this file. Types are known only of files that exist. */
async function rulesBrokenBy(text: string, path: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: join(ROOT_DIR, path) })
  return result?.messages.map((message) => message.ruleId) ?? []
}

describe('the linter refuses', () => {
  const refused: readonly (readonly [rule: string, text: string])[] = [
    ['@typescript-eslint/no-explicit-any', 'export const a = (b: any): string => String(b)'],
    ['@typescript-eslint/no-non-null-assertion', 'export const a = (b?: string): string => b!'],
    ['no-restricted-syntax', 'export enum A { B }'],
    ['no-restricted-syntax', 'export namespace A { export const b = 1 }'],
    ['@typescript-eslint/no-floating-promises', 'export function a(b: () => Promise<void>): void {\n  b()\n}'],
    [
      '@typescript-eslint/switch-exhaustiveness-check',
      `export function a(b: 'c' | 'd'): void {\n  switch (b) {\n    case 'c':\n  }\n}`,
    ],
    ['salus/explained-assertion', 'export const a = (b: unknown): string => b as string'],
    ['salus/explained-exception', '/* eslint-disable no-console */\nconsole.log(1)'],
    ['no-console', 'console.log(1)'],
    ['eqeqeq', 'export const a = (b: number): boolean => b == 1'],
    ['@typescript-eslint/ban-ts-comment', '// @ts-ignore\nexport const a: string = 1'],
  ]
  for (const [rule, text] of refused) {
    test(`${text.split('\n')[0]} (${rule})`, async () => {
      expect(await rulesBrokenBy(text, 'packages/base/src/result.ts')).toContain(rule)
    })
  }
})

describe('the linter allows', () => {
  const allowed: readonly (readonly [why: string, text: string])[] = [
    ['as const', `export const a = ['b'] as const`],
    [
      'a brand where it is made',
      `export type Dose = Brand<number, 'Dose'>\nexport const a = (b: number): Dose => b as Dose`,
    ],
    [
      'an assertion with its reason above',
      'export function a(b: unknown): string {\n  // Checked by the caller.\n  return b as string\n}',
    ],
    ['an assertion with its reason beside it', 'export const a = (b: unknown): string => b as string // checked by c'],
    ['an exception with its reason', '// eslint-disable-next-line no-console -- the one way out\nconsole.log(1)'],
  ]
  for (const [why, text] of allowed) {
    test(why, async () => {
      const broken = await rulesBrokenBy(text, 'packages/base/src/result.ts')
      expect(broken.filter((rule) => rule?.startsWith('salus/'))).toEqual([])
    })
  }
})
