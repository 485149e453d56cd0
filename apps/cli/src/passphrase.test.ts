import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err, ok } from '@salus/base'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readPassphrase } from './passphrase.ts'
import { LINE_BYTES_MAX, type Terminal } from './terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-passphrase-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A terminal at which these passphrases are typed; null stands for Ctrl-C. */
function terminalOf(typed: readonly (string | null)[]): Terminal & { readonly prompts: string[] } {
  const prompts: string[] = []
  const rest = [...typed]
  return {
    prompts,
    print: () => undefined,
    write: () => undefined,
    remark: () => undefined,
    askLine: () => Promise.resolve(undefined),
    askHidden: (prompt) => {
      prompts.push(prompt)
      const next = rest.shift()
      if (next === undefined) return Promise.resolve(err({ type: 'NoTerminal' }))
      return Promise.resolve(next === null ? err({ type: 'Interrupted' }) : ok(next))
    },
  }
}

describe('from a file', () => {
  const read = (text: string | Uint8Array, mode = 0o600) => {
    const path = join(folder, 'passphrase')
    writeFileSync(path, text)
    chmodSync(path, mode)
    return readPassphrase({ environment: { SALUS_PASSPHRASE_FILE: path }, terminal: terminalOf([]) }, true)
  }

  test('it is the first line, spaces and all', async () => {
    expect(await read(' correct horse \r\nnot this\n')).toEqual(ok(' correct horse '))
    expect(await read('no line end')).toEqual(ok('no line end'))
    expect(await read(`${'a'.repeat(LINE_BYTES_MAX)}\n`)).toEqual(ok('a'.repeat(LINE_BYTES_MAX)))
  })

  test('a file that others may read is refused', async () => {
    for (const mode of [0o640, 0o604, 0o660, 0o644]) {
      const refused = await read('correct horse\n', mode)
      expect(refused).toMatchObject({ ok: false, error: { exit: 2 } })
      if (!refused.ok) expect(refused.error.sentence).toContain('chmod 600')
    }
    expect((await read('correct horse\n', 0o400)).ok).toBe(true)
  })

  const faults: readonly (readonly [text: string | Uint8Array, says: string])[] = [
    ['', 'its first line is empty'],
    ['\nsecond', 'its first line is empty'],
    ['a'.repeat(LINE_BYTES_MAX + 1), 'its first line is too long'],
    [Uint8Array.of(0xff, 0xfe), 'it is not text in UTF-8'],
  ]
  test.each(faults)('%# is refused in words without the text itself', async (text, says) => {
    const refused = await read(text)
    expect(refused).toEqual(err({ sentence: `SALUS_PASSPHRASE_FILE ${join(folder, 'passphrase')}: ${says}.`, exit: 2 }))
  })

  test('a missing one and a folder are told in words', async () => {
    for (const [path, says] of [
      [join(folder, 'none'), 'there is no such file or folder'],
      [folder, 'it is a folder, not a file'],
    ] as const) {
      const refused = await readPassphrase(
        { environment: { SALUS_PASSPHRASE_FILE: path }, terminal: terminalOf([]) },
        false,
      )
      expect(refused).toMatchObject({ ok: false, error: { sentence: expect.stringContaining(says) } })
    }
  })
})

describe('from the terminal', () => {
  const ask = (typed: readonly (string | null)[], isNew: boolean) => {
    const terminal = terminalOf(typed)
    return readPassphrase({ environment: {}, terminal }, isNew).then((result) => ({
      result,
      prompts: terminal.prompts,
    }))
  }

  test('a new one is asked for twice, and both are to be the same', async () => {
    expect(await ask(['one', 'one'], true)).toMatchObject({ result: ok('one'), prompts: { length: 2 } })
    expect((await ask(['one', 'two'], true)).result).toMatchObject({ ok: false, error: { exit: 1 } })
    expect(await ask(['one'], false)).toMatchObject({ result: ok('one'), prompts: { length: 1 } })
  })

  test('Ctrl-C ends it, and without a terminal the file is named', async () => {
    expect((await ask([null], false)).result).toMatchObject({ ok: false, error: { exit: 130 } })
    expect((await ask(['one', null], true)).result).toMatchObject({ ok: false, error: { exit: 130 } })
    const nobody = await ask([], false)
    expect(nobody.result).toMatchObject({
      ok: false,
      error: { exit: 2, sentence: expect.stringContaining('SALUS_PASSPHRASE_FILE') },
    })
  })
})
