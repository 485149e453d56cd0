import type { Bytes } from '@salus/base'
import type { DeriveArgon2id } from '@salus/crypto'

/** Runs each derivation in a worker of its own, which is ended afterwards. */
export function createOneShotKdf(createKdfWorker: () => Worker): DeriveArgon2id {
  return (input) =>
    new Promise((resolve, reject) => {
      const worker = createKdfWorker()
      const fail = (): void => {
        worker.terminate()
        reject(new Error('the key derivation worker failed'))
      }
      worker.addEventListener('error', fail)
      worker.addEventListener('message', (event: MessageEvent<Bytes | null>) => {
        if (event.data === null) {
          fail()
          return
        }
        worker.terminate()
        resolve(event.data)
      })
      worker.postMessage(input)
    })
}
