import { argon2Sync } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { type Bytes, systemClock } from '@salus/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type WasmCompiler,
  argon2id,
  calibrateKdf,
  chooseArgon2id,
  deriveWithNoble,
  deriveWithWasm,
} from './argon2id.ts'
import * as index from './index.ts'
import { type Argon2idInput, checkKdfParameters } from './kdf-parameters.ts'

const input: Argon2idInput = {
  passphrase: new TextEncoder().encode('correct horse battery staple'),
  salt: new Uint8Array(16).fill(7),
  memoryKiB: 65_536,
  iterations: 3,
  parallelism: 1,
  length: 32,
}

/** What a page without 'wasm-unsafe-eval' in its policy has. */
const forbiddenWasm: WasmCompiler = {
  compile: () => Promise.reject(new WebAssembly.CompileError('blocked by Content Security Policy')),
}

describe('argon2id', () => {
  it('noble = hash-wasm = OpenSSL for any passphrase, salt and small cost', async () => {
    const anySalt = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes): Bytes => Uint8Array.from(bytes))
    const anyPassphrase = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes): Bytes => Uint8Array.from(bytes))
    const [anyMemory, anyIterations] = [fc.integer({ min: 8, max: 64 }), fc.integer({ min: 1, max: 4 })]
    await fc.assert(
      fc.asyncProperty(
        anyPassphrase,
        anySalt,
        anyMemory,
        anyIterations,
        async (passphrase, salt, memoryKiB, iterations) => {
          const small = { ...input, passphrase, salt, memoryKiB, iterations }
          const expected = argon2Sync('argon2id', {
            message: passphrase,
            nonce: salt,
            parallelism: 1,
            memory: memoryKiB,
            passes: iterations,
            tagLength: 32,
          })
          expect(await deriveWithWasm(small)).toEqual(Uint8Array.from(expected))
          expect(await deriveWithNoble(small)).toEqual(Uint8Array.from(expected))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('hash-wasm derives, and noble where WebAssembly is forbidden or missing', async () => {
    expect(await chooseArgon2id(WebAssembly)).toBe(deriveWithWasm)
    expect(await chooseArgon2id(forbiddenWasm)).toBe(deriveWithNoble)
    expect(await chooseArgon2id(null)).toBe(deriveWithNoble)
  })

  it('gives the same key at the floor without WebAssembly', async () => {
    expect(await argon2id(input, null)).toEqual(await argon2id(input))
  })

  it.each<[string, Partial<Argon2idInput>]>([
    ['parameters below the floor', { memoryKiB: 65_535 }],
    ['parameters above the ceiling', { iterations: 11 }],
    ['an empty passphrase', { passphrase: new Uint8Array() }],
    ['another length of salt', { salt: new Uint8Array(8) }],
  ])("%s: the caller's bug", async (_, change) => {
    await expect(argon2id({ ...input, ...change })).rejects.toThrow('Invariant broken')
  })

  it('calibrates to parameters that it then takes', async () => {
    const parameters = await calibrateKdf({ clock: systemClock, isPhone: true })
    expect(checkKdfParameters(parameters)).toEqual({ ok: true, value: parameters })
  })
})

describe('the package entry', () => {
  it('holds no Argon2id: hash-wasm is loaded by the key-derivation worker alone', () => {
    expect(Object.keys(index)).not.toContain('argon2id')
    const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    const loaders = sources.filter((name) => {
      const text = readFileSync(`${import.meta.dirname}/${name}`, 'utf8')
      return /from '(hash-wasm|\.\/argon2id\.ts)'/.test(text)
    })
    expect(loaders).toEqual(['argon2id.ts'])
  })
})
