import { Session } from 'node:inspector/promises'
import type { Page } from 'playwright-core'
import type { CpuProfile } from './cpu-profile.ts'
import { SAMPLING_US, keepProfile, profileFolder } from './keep-profile.ts'

/** Runs `act`, and keeps this process's CPU profile of it where one is wanted. */
export async function profiled<T>(name: string, act: () => Promise<T>): Promise<T> {
  const folder = profileFolder()
  if (folder === undefined) return act()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_US })
  await session.post('Profiler.start')
  const value = await act()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  await keepProfile(folder, name, { ...profile, samples: profile.samples ?? [], timeDeltas: profile.timeDeltas ?? [] })
  return value
}

/** The same of the page's one worker in Chromium. */
export async function workerProfiled<T>(page: Page, name: string, act: () => Promise<T>): Promise<T> {
  const folder = profileFolder()
  if (folder === undefined) return act()
  const worker = await WorkerInspector.attach(page)
  await worker.call('Profiler.enable')
  await worker.call('Profiler.setSamplingInterval', { interval: SAMPLING_US })
  await worker.call('Profiler.start')
  const value = await act()
  // The protocol's own answer to this call.
  const { profile } = (await worker.call('Profiler.stop')) as { readonly profile: CpuProfile }
  await keepProfile(folder, name, profile)
  return value
}

type CdpSession = Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>

/** Speaks the DevTools protocol with a worker, through the page that started it. */
class WorkerInspector {
  readonly #session: CdpSession
  readonly #sessionId: string
  readonly #waiting = new Map<number, (result: unknown) => void>()
  #nextId = 1

  private constructor(session: CdpSession, sessionId: string) {
    this.#session = session
    this.#sessionId = sessionId
    session.on('Target.receivedMessageFromTarget', ({ message }) => {
      // Answers and events of the worker, as text.
      const { id, result } = JSON.parse(message) as { readonly id?: number; readonly result?: unknown }
      if (id !== undefined) this.#waiting.get(id)?.(result)
    })
  }

  static async attach(page: Page): Promise<WorkerInspector> {
    const session = await page.context().newCDPSession(page)
    const attached = new Promise<string>((resolve) => {
      session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
        if (targetInfo.type === 'worker') resolve(sessionId)
      })
    })
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false })
    return new WorkerInspector(session, await attached)
  }

  async call(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++
    const answered = new Promise((resolve) => this.#waiting.set(id, resolve))
    const message = JSON.stringify({ id, method, params })
    await this.#session.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message })
    return answered
  }
}
