import { argon2id } from '@salus/crypto/argon2id'
import type { Argon2idInput } from '@salus/crypto'
import type { KdfWorkerMessage } from './one-shot-kdf.ts'

const say = (message: KdfWorkerMessage): void => {
  postMessage(message)
}

/** Derives once and is ended by whoever asked: its response alone carries 'wasm-unsafe-eval', and its memory goes with it. */
addEventListener('message', (event: MessageEvent<Argon2idInput>) => {
  void argon2id(event.data).then(say, () => {
    say(null)
  })
})
say('running')
