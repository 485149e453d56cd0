import { type Clock, type Random, systemClock, systemRandom } from '@salus/base'
import { calibrateKdfWith } from '@salus/crypto'
import type { DeriveArgon2id } from '@salus/crypto'
import { argon2id } from '@salus/crypto/argon2id'
import { loadCatalogue } from '@salus/domain'
import { IMPORT_BYTES_MAX, type ProblemReason, problemSentence } from '@salus/interchange'
import type { Store } from '@salus/store'
import { openSqliteStore } from '@salus/store/sqlite'
import { ok, type Bytes, type Result } from '@salus/base'
import type { ImportError, SalusApi } from './api.ts'
import { createEngine } from './engine.ts'
import { countByKind } from './import-desk.ts'
import { planFile } from './plan-file.ts'
import { pause } from './pause.ts'
import type { EnginePlatform } from './platform.ts'
import { importedRecordId } from './record-name.ts'

export interface HeadlessOptions {
  /** The SQLite file that holds the vault; made when absent. */
  readonly path: string
  readonly clock?: Clock
  readonly random?: Random
  /** Tests pass a cheap one. */
  readonly derive?: DeriveArgon2id
  readonly fetch?: EnginePlatform['fetch']
}

/** The engine on Node: one device a data folder, which the caller locks. */
export function createHeadlessEngine(options: HeadlessOptions): SalusApi {
  return createEngine(headlessPlatform(() => Promise.resolve(openSqliteStore(options.path)), options))
}

/** The engine on Node over a store of the caller's. */
export function createEngineOver(store: Store, options: Omit<HeadlessOptions, 'path'>): SalusApi {
  return createEngine(headlessPlatform(() => Promise.resolve(ok(store)), options))
}

function headlessPlatform(
  openStore: EnginePlatform['openStore'],
  options: Omit<HeadlessOptions, 'path'>,
): EnginePlatform {
  const clock = options.clock ?? systemClock
  const derive = options.derive ?? argon2id
  return {
    clock,
    random: options.random ?? systemRandom,
    openStore,
    derive,
    calibrateKdf: () => calibrateKdfWith({ clock, isPhone: false, derive }),
    fetch: options.fetch ?? fetch,
    isOriginRefused: () => false,
    // A data folder is one process's: its lock file sees to that, so the name is free.
    holdLock: (_name, signal, whileHeld) => (signal.aborted ? Promise.resolve() : whileHeld()),
    openChannel: () => ({ post: () => undefined, close: () => undefined }),
    onOnline: () => undefined,
    pause,
  }
}

/** What importing a file would write, without a vault. */
export interface FileInspection {
  readonly format: string
  readonly source: Readonly<Record<string, number>>
  readonly records: Readonly<Record<string, number>>
  readonly from: string | null
  readonly to: string | null
  readonly problems: readonly { readonly where: string; readonly reason: string }[]
  /** One a planned record, under the id that it would have in any vault. */
  readonly planned: readonly { readonly id: string; readonly kind: string; readonly fields: unknown }[]
}

/** Bytes of a file that is looked at or imported; a larger one need not be read to be refused. */
export const INSPECT_BYTES_MAX = IMPORT_BYTES_MAX

/** Reads files without a vault, for `salus inspect`. */
export async function createInspector(): Promise<(bytes: Bytes) => Result<FileInspection, ImportError>> {
  const catalogue = await loadCatalogue()
  return (bytes) => {
    const read = planFile(catalogue, bytes)
    if (!read.ok) return read
    const { plan } = read.value
    const sentence = (reason: ProblemReason): string => problemSentence(reason)
    return ok({
      format: plan.format,
      source: plan.source,
      records: countByKind(plan.records),
      from: plan.from,
      to: plan.to,
      problems: plan.problems.map(({ where, reason }) => ({ where, reason: sentence(reason) })),
      planned: plan.records.map(({ kind, idSeed, fields }) => ({ id: importedRecordId(kind, idSeed), kind, fields })),
    })
  }
}
