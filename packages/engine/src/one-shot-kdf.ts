import type { Bytes } from '@salus/base'
import type { DeriveArgon2id } from '@salus/crypto'
import type { KdfCall, KdfCallFailed, KdfInput, KdfOutput } from './kdf-call.ts'

/** Runs each derivation in a worker of its own, which the page starts and ends: `page` leads there. */
export function createOneShotKdf(page: MessagePort): DeriveArgon2id {
  let lastId = 0
  return (input) => derive(page, ++lastId, input)
}

async function derive(page: MessagePort, id: number, input: KdfInput): Promise<Bytes> {
  const { port1: own, port2: theirs } = new MessageChannel()
  const call = (message: KdfCall, ports: readonly MessagePort[] = []): void => {
    page.postMessage(message, [...ports])
  }
  const settled = new AbortController()
  try {
    return await new Promise<Bytes>((resolve, reject) => {
      const fail = (): void => {
        reject(new Error('the key derivation worker failed'))
      }
      page.addEventListener(
        'message',
        ({ data }: MessageEvent<KdfCallFailed>) => {
          if (data.id === id) fail()
        },
        { signal: settled.signal },
      )
      own.onmessage = ({ data }: MessageEvent<KdfOutput>) => {
        if (data === null) fail()
        else resolve(data)
      }
      call({ type: 'start', id, port: theirs }, [theirs])
      // Kept by the channel until the worker listens.
      own.postMessage(input)
    })
  } finally {
    settled.abort()
    own.close()
    call({ type: 'end', id })
  }
}
