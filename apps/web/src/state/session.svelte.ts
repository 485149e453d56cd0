import { systemClock } from '@salus/base'
import type { SamplePerson, VaultStatus } from '@salus/engine/api'
import { deviceZone } from '../messages/format.ts'
import { language } from '../messages/language.svelte.ts'
import { engine } from '../engine/client.ts'
import { displayUnits } from './display-units.svelte.ts'
import { drafts } from './drafts.svelte.ts'
import { now } from './now.svelte.ts'
import { preferences } from './preferences.svelte.ts'
import { toasts } from './toasts.svelte.ts'

const LOCK_CHECK_MS = 5_000

/** Whether there is a vault on this device, and whether it is open. */
class Session {
  /** Undefined until the engine has answered for the first time. */
  status = $state.raw<VaultStatus | undefined>(undefined)
  /** A first run begins with its first question: somebody has seen the sample and wants a record of their own. */
  wantsOwnRecord = false
  /** There is no vault on this disk, as was seen before a sample was opened. */
  hasNoVault = false
  /** Another tab has given this device a new id, for which it has to be unlocked anew. */
  wasReplaced = $state(false)
  /** The engine's own file could not be loaded: there is nothing to ask. */
  isEngineMissing = $state(false)
  #lastUseMs = systemClock.nowMs()
  #isLocking = false

  async start(): Promise<void> {
    // Before its first answer it never ran.
    engine.onStopped = () => (this.isEngineMissing = this.status === undefined)
    this.#watchReplaced()
    await this.refresh()
    for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const) {
      window.addEventListener(event, () => this.#used(), { passive: true })
    }
    document.addEventListener('visibilitychange', () => {
      const isHidden = document.visibilityState === 'hidden'
      document.documentElement.toggleAttribute('data-out-of-sight', isHidden)
      if (isHidden) void drafts.keepAll()
      else this.#lockWhenIdle()
    })
    setInterval(() => this.#lockWhenIdle(), LOCK_CHECK_MS)
  }

  async refresh(): Promise<void> {
    this.status = await engine.api.vaultStatus()
    if (this.status.type === 'unlocked') this.wasReplaced = false
    this.#lastUseMs = systemClock.nowMs()
  }

  /** The invented person whose records are open; undefined when they are the owner's, or none are. */
  get sample(): SamplePerson | undefined {
    return this.status?.type === 'unlocked' ? (this.status.sample ?? undefined) : undefined
  }

  /** Opens a throwaway vault in place of the owner's, which stays as it is. */
  async openSample(person: SamplePerson): Promise<Awaited<ReturnType<typeof engine.api.openSample>>> {
    this.hasNoVault = this.status?.type === 'none'
    const opened = await engine.api.openSample(person, now.day, deviceZone(), {
      deviceName: language.t.sample.deviceName,
      language: language.code,
    })
    if (opened.ok) await this.refresh()
    return opened
  }

  /** Keeps what was half typed, wipes the screen, and ends the engine. */
  async lock(): Promise<void> {
    if (this.#isLocking || this.status?.type !== 'unlocked') return
    this.#isLocking = true
    try {
      await drafts.keepAll()
      toasts.clear()
      displayUnits.clear()
      this.status = undefined
      await engine.lock()
      this.#watchReplaced()
      await this.refresh()
    } finally {
      this.#isLocking = false
    }
  }

  /** Of the engine that runs now. */
  #watchReplaced(): void {
    void engine.api.onReplaced(() => {
      this.wasReplaced = true
      void this.lock()
    })
  }

  #used(): void {
    // A device that slept past the limit is locked by the first touch, not woken by it.
    this.#lockWhenIdle()
    this.#lastUseMs = systemClock.nowMs()
  }

  #lockWhenIdle(): void {
    const idleMs = systemClock.nowMs() - this.#lastUseMs
    if (idleMs >= preferences.values.autoLockMinutes * 60_000) void this.lock()
  }
}

export const session = new Session()
