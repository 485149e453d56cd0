import type { SyncView } from '@salus/engine/view-types'
import { ago } from '../messages/format.ts'
import { language } from '../messages/language.svelte.ts'
import { now } from './now.svelte.ts'

export type StatusTone = 'quiet' | 'good' | 'watch' | 'act'

/** What the record and its relay are doing, in words. The shell fills it; the chip and the status page read it. */
class SyncStatus {
  view = $state.raw<SyncView | undefined>(undefined)

  /** Without a relay, that something isn't there yet goes without saying. */
  readonly hasRelay = $derived(this.view !== undefined && this.view.relayUrl !== null)

  readonly alarms = $derived(this.view?.alarms.filter((alarm) => !alarm.isDismissed) ?? [])

  readonly text = $derived.by(() => {
    const { view } = this
    const { sync, alarm } = language.t
    if (view === undefined) return sync.localOnly
    // Its own fork is an alarm as well; what there is to do stands on the status page.
    if (view.state === 'retired') return sync.retired
    const [first] = this.alarms
    if (first !== undefined) return alarm[first.type].name
    if (view.needsUpdate) return sync.update
    switch (view.state) {
      case 'waiting':
        return sync.waiting(view.waiting)
      case 'inStep':
        return view.inStepMs === null ? sync.inStepNever : sync.inStep(ago(view.inStepMs, now.ms))
      case 'alarm':
        return alarm.title
      case 'syncing':
        return view.readShare === null ? sync.syncing : sync.reading(tensOfPercent(view.readShare))
      case 'localOnly':
      case 'offline':
      case 'refused':
      case 'removed':
        return sync[view.state]
    }
  })

  readonly tone: StatusTone = $derived.by(() => {
    const { view } = this
    if (view === undefined || view.state === 'localOnly') return 'quiet'
    if (this.alarms.length > 0 || view.state === 'alarm' || view.state === 'removed' || view.state === 'retired')
      return 'act'
    if (view.state === 'refused' || view.state === 'offline' || view.needsUpdate) return 'watch'
    return view.state === 'inStep' ? 'good' : 'quiet'
  })
}

/** In tens: a number that moves with each page would be read out again and again. */
function tensOfPercent(share: number): number {
  return 10 * Math.floor(10 * share)
}

export const syncStatus = new SyncStatus()
