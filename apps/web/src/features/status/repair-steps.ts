import type { RepairView } from '@salus/engine/view-types'

/** What a person can do about an alarm; each harms nothing, whatever the alarm means. */
export type RepairStep =
  'giveBack' | 'fetch' | 'ownIdentity' | 'otherDevice' | 'otherCopy' | 'verify' | 'askOperator' | 'kit' | 'export'

/** The steps of an alarm in the order in which they are best done: what mends it first, an export at any rate. */
export function repairSteps({ type, about }: Pick<RepairView, 'type' | 'about'>): readonly RepairStep[] {
  switch (type) {
    case 'Rollback':
      return ['giveBack', 'verify', 'askOperator', 'export']
    case 'Gap':
    case 'Omission':
      return about === 'core' ? ['fetch', 'askOperator', 'export'] : ['fetch', 'otherDevice', 'askOperator', 'export']
    case 'Forged':
      return ['fetch', 'verify', 'askOperator', ...(about === 'core' ? (['kit'] as const) : []), 'export']
    case 'Fork':
      return FORK_STEPS[about]
  }
}

const FORK_STEPS: Readonly<Record<RepairView['about'], readonly RepairStep[]>> = {
  thisDevice: ['ownIdentity', 'verify', 'export'],
  otherDevice: ['otherCopy', 'verify', 'export'],
  core: ['fetch', 'askOperator', 'kit', 'export'],
  relay: ['fetch', 'verify', 'askOperator', 'export'],
}
