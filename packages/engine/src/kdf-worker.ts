import { argon2id } from '@salus/crypto/argon2id'
import type { KdfInput, KdfOutput } from './kdf-call.ts'

/** Derives once and is ended by whoever asked: its response alone carries 'wasm-unsafe-eval', and its memory goes with it. */
addEventListener('message', ({ data: engine }: MessageEvent<MessagePort>) => {
  const answer = (output: KdfOutput): void => {
    engine.postMessage(output)
  }
  engine.onmessage = ({ data }: MessageEvent<KdfInput>) => {
    void argon2id(data).then(answer, () => {
      answer(null)
    })
  }
})
