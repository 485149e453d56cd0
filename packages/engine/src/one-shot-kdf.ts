import type { Bytes } from '@salus/base'
import type { Argon2idInput, DeriveArgon2id } from '@salus/crypto'

/** What the worker says: first that it runs, then the key, or null when it could not derive one. */
export type KdfWorkerMessage = 'running' | Bytes | null

/** A worker that has not begun to run by then is taken for stuck: Firefox under a driver starts one in thirty never. */
export const KDF_START_MS_MAX = 5_000
/** Workers that are tried; the last one is waited for without an end, since a slow device is not a stuck worker. */
export const KDF_WORKERS_MAX = 3

/** Runs each derivation in a worker of its own, which is ended afterwards. */
export function createOneShotKdf(createKdfWorker: () => Worker): DeriveArgon2id {
  return async (input) => {
    for (let number = 1; ; number++) {
      const key = await deriveIn(createKdfWorker(), input, number < KDF_WORKERS_MAX ? KDF_START_MS_MAX : undefined)
      if (key !== 'stuck') return key
    }
  }
}

function deriveIn(worker: Worker, input: Argon2idInput, startMsMax: number | undefined): Promise<Bytes | 'stuck'> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      worker.terminate()
      settle()
    }
    const fail = (): void => {
      reject(new Error('the key derivation worker failed'))
    }
    const timer = startMsMax === undefined ? undefined : setTimeout(() => end(() => resolve('stuck')), startMsMax)
    worker.addEventListener('error', () => end(fail))
    worker.addEventListener('message', ({ data }: MessageEvent<KdfWorkerMessage>) => {
      if (data === 'running') clearTimeout(timer)
      else end(data === null ? fail : () => resolve(data))
    })
    worker.postMessage(input)
  })
}
