import { describe, expect, test } from 'vitest'
import type { KdfCall, KdfInput, KdfOutput } from './kdf-call.ts'
import { createOneShotKdf } from './one-shot-kdf.ts'

const INPUT: KdfInput = {
  passphrase: Uint8Array.of(1, 2, 3),
  salt: Uint8Array.of(4),
  memoryKiB: 8,
  iterations: 1,
  parallelism: 1,
  length: 32,
}

describe('a derivation in a worker of its own', () => {
  test('the page starts one worker for each derivation, which alone gets the input, and ends it', async () => {
    const { derive, calls } = pageThat((port) => {
      port.onmessage = ({ data }: MessageEvent<KdfInput>) => {
        const key: KdfOutput = data.passphrase
        port.postMessage(key)
      }
    })
    expect(await Promise.all([derive(INPUT), derive(INPUT)])).toEqual([INPUT.passphrase, INPUT.passphrase])
    await expect
      .poll(() =>
        calls
          .filter(({ type }) => type === 'end')
          .map(({ id }) => id)
          .sort(),
      )
      .toEqual([1, 2])
    expect(calls.filter(({ type }) => type === 'start').map(({ id }) => id)).toEqual([1, 2])
  })

  test('a worker that could not derive a key is a failure, and is ended', async () => {
    const { derive, calls } = pageThat((port) => {
      port.onmessage = () => {
        port.postMessage(null)
      }
    })
    await expect(derive(INPUT)).rejects.toThrow('derivation')
    await expect.poll(() => calls.map(({ type }) => type)).toEqual(['start', 'end'])
  })

  test('a worker that could not be started is a failure of its own derivation alone', async () => {
    const { derive } = pageThat((port, id, say) => {
      if (id === 1) say({ id })
      else port.onmessage = () => port.postMessage(INPUT.salt)
    })
    const first = derive(INPUT)
    const second = derive(INPUT)
    await expect(first).rejects.toThrow('derivation')
    expect(await second).toEqual(INPUT.salt)
  })
})

function pageThat(onStart: (port: MessagePort, id: number, say: (failed: { id: number }) => void) => void) {
  const { port1: page, port2: engine } = new MessageChannel()
  const calls: KdfCall[] = []
  page.onmessage = ({ data }: MessageEvent<KdfCall>) => {
    calls.push(data)
    if (data.type === 'start') onStart(data.port, data.id, (failed) => page.postMessage(failed))
  }
  engine.start()
  return { derive: createOneShotKdf(engine), calls }
}
