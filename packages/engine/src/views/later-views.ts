import type { Catalogue } from '@salus/domain'
import type { OpenVault } from '../open-vault.ts'
import type { Query, QueryViews } from '../view-types.ts'
import { checkInsView } from './check-ins-view.ts'
import type { ViewContext } from './conflict-view.ts'
import { devicesView, importsView, recordView } from './device-views.ts'
import { changesView, deletedView, historyView } from './log-views.ts'
import { repairsView } from './repairs-view.ts'

type LaterName = 'record' | 'devices' | 'repairs' | 'imports' | 'changes' | 'history' | 'deleted' | 'checkIns'

/** Answers the queries whose views are loaded when they are first asked for. */
export async function laterView(
  vault: OpenVault,
  catalogue: Catalogue,
  query: Query<LaterName>,
  context: ViewContext,
): Promise<QueryViews[LaterName]> {
  switch (query.name) {
    case 'record':
      return recordView(vault, query.id, context)
    case 'devices':
      return devicesView(vault)
    case 'repairs':
      return repairsView(vault)
    case 'imports':
      return importsView(vault)
    case 'changes':
      return changesView(vault, query.limit, context)
    case 'history':
      return historyView(vault, query.id, context)
    case 'deleted':
      return deletedView(vault, context)
    case 'checkIns':
      return checkInsView(vault, catalogue)
  }
}
