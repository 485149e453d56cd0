import { proxy } from 'comlink'
import type { LabResultInput } from '@salus/engine/api'
import { nowMs } from '../measures/stage-log.ts'
import type { WorkerBench } from './bench-worker.ts'

/** What the driver calls on a page, for what has to be seen or clicked there. Instants are epoch milliseconds. */
export interface LivePage {
  /** Writes each marker's newest value into the page, as a list of the app does. */
  show(): Promise<void>
  /** Resolves with the instant at which the page first holds this text. */
  untilShown(text: string): Promise<number>
  /** @returns when the page asked for the edit, and when it heard that the edit is durable */
  edit(id: string, input: LabResultInput): Promise<{ readonly startMs: number; readonly savedMs: number }>
}

export function createLivePage(bench: WorkerBench): LivePage {
  const list = document.createElement('ul')
  document.body.append(list)
  return {
    show: () =>
      bench.listen(
        proxy((newest: readonly string[]) => {
          list.replaceChildren(
            ...newest.map((text) => {
              const item = document.createElement('li')
              item.textContent = text
              return item
            }),
          )
        }),
      ),
    untilShown: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (![...list.children].some((item) => item.textContent === text)) return
          observer.disconnect()
          resolve(nowMs())
        }
        const observer = new MutationObserver(look)
        observer.observe(list, { childList: true })
        look()
      }),
    edit: async (id, input) => {
      const startMs = nowMs()
      await bench.edit(id, input)
      return { startMs, savedMs: nowMs() }
    },
  }
}
