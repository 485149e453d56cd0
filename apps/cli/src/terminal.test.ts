import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { LINE_BYTES_MAX, createTerminal } from './terminal.ts'

function fakeTerminal(isTTY: boolean) {
  const input = Object.assign(new PassThrough(), {
    isTTY,
    modes: [] as boolean[],
    setRawMode: (isRaw: boolean) => void input.modes.push(isRaw),
  })
  const output = new PassThrough()
  const remarks = new PassThrough()
  const text = (stream: PassThrough) => String(stream.read() ?? '')
  return {
    input,
    terminal: createTerminal(input, output, remarks),
    output: () => text(output),
    remarks: () => text(remarks),
  }
}

describe('a hidden line', () => {
  const typed: readonly (readonly [keys: string, text: string])[] = [
    ['correct horse\r', 'correct horse'],
    ['correct horse\n', 'correct horse'],
    ['corrr\u007fect\r', 'correct'],
    ['pässö\u007f\u007f\bw\r', 'päw'],
    ['wrong\u0015right\r', 'right'],
    ['\u007f\u007fa\r', 'a'],
    ['\r', ''],
  ]
  test.each(typed)('%j is read as %j', async (keys, text) => {
    const { input, terminal, remarks, output } = fakeTerminal(true)
    const asked = terminal.askHidden('Passphrase: ')
    // Byte by byte, as keys come, and in the middle of characters.
    for (const byte of Buffer.from(keys)) input.write(Buffer.of(byte))
    expect(await asked).toEqual({ ok: true, value: text })
    expect(remarks()).toBe('Passphrase: \n')
    expect(output()).toBe('')
    expect(input.modes).toEqual([true, false])
  })

  test.each(['\u0003', '\u0004', 'half\u0003'])('%j stops it', async (keys) => {
    const { input, terminal } = fakeTerminal(true)
    const asked = terminal.askHidden('')
    input.write(keys)
    expect(await asked).toEqual({ ok: false, error: { type: 'Interrupted' } })
    expect(input.modes).toEqual([true, false])
  })

  test('is as long as may be and no byte longer', async () => {
    const most = fakeTerminal(true)
    const asked = most.terminal.askHidden('')
    most.input.write(`${'a'.repeat(LINE_BYTES_MAX)}\r`)
    expect(await asked).toEqual({ ok: true, value: 'a'.repeat(LINE_BYTES_MAX) })
    const above = fakeTerminal(true)
    const refused = above.terminal.askHidden('')
    above.input.write('a'.repeat(LINE_BYTES_MAX + 1))
    expect(await refused).toEqual({ ok: false, error: { type: 'TooLong' } })
  })

  test('is not read from a pipe', async () => {
    const { input, terminal } = fakeTerminal(false)
    input.write('secret\n')
    expect(await terminal.askHidden('Passphrase: ')).toEqual({ ok: false, error: { type: 'NoTerminal' } })
  })
})

describe('an open line', () => {
  const never = new AbortController().signal

  test('comes one at a time, whatever the pieces', async () => {
    const { input, terminal } = fakeTerminal(false)
    input.write('ye')
    const first = terminal.askLine('? ', never)
    input.write('s\r\nno\nmay')
    expect(await first).toBe('yes')
    expect(await terminal.askLine('? ', never)).toBe('no')
    input.end('be')
    expect(await terminal.askLine('? ', never)).toBe('maybe')
    expect(await terminal.askLine('? ', never)).toBeUndefined()
  })

  test('is none where the input ends, is too long, or nobody waits any more', async () => {
    const ended = fakeTerminal(false)
    ended.input.end()
    expect(await ended.terminal.askLine('? ', never)).toBeUndefined()

    const long = fakeTerminal(false)
    long.input.write(`${'a'.repeat(LINE_BYTES_MAX + 1)}\n`)
    expect(await long.terminal.askLine('? ', never)).toBeUndefined()
    const most = fakeTerminal(false)
    most.input.write(`${'a'.repeat(LINE_BYTES_MAX)}\n`)
    expect(await most.terminal.askLine('? ', never)).toBe('a'.repeat(LINE_BYTES_MAX))

    const given = fakeTerminal(false)
    const stopping = new AbortController()
    const asked = given.terminal.askLine('? ', stopping.signal)
    stopping.abort()
    expect(await asked).toBeUndefined()
    expect(await given.terminal.askLine('? ', stopping.signal)).toBeUndefined()
  })
})
