import { loadPart } from './load-part.ts'

/**
 * What is loaded when it is first asked for, and kept. A load that fails, as where the network is gone before the service
 * worker holds the file, is tried again by whoever asks next.
 */
export function loadLater<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= loadPart(load).catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
