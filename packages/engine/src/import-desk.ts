import { type Result, err, ok } from '@salus/base'
import { type Catalogue, IMPORT_KIND, decodeLabResult, importRecordFields } from '@salus/domain'
import type { ImportPlan, PlannedRecord } from '@salus/interchange'
import type { CommitError, Op, OpsByStream } from '@salus/sync'
import type { StreamId } from '@salus/wire'
import { type ImportError } from './api.ts'
import { type ImportDone, type ImportFile, type ImportPreview, PREVIEW_ROWS_MAX } from './import-views.ts'
import { loadPart } from './load-part.ts'
import { deleteRecordOp, newRecordOp, restoreRecordOp } from './commands/patch-record.ts'
import type { OpenVault } from './open-vault.ts'
import { importedRecordId, newRecordId } from './record-name.ts'
import { componentView, unitOf, valueText } from './views/result-view.ts'

interface Pending {
  readonly id: string
  readonly file: { readonly name: string; readonly hash: string }
  readonly plan: ImportPlan
}

/** Turns files into records, after a look at what that would write. One preview is on the desk at a time. */
export class ImportDesk {
  readonly #catalogue: Catalogue
  #pending: Pending | undefined

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  async preview(vault: OpenVault, file: ImportFile): Promise<Result<ImportPreview, ImportError>> {
    // The readers of files are loaded with the first file: the engine starts without them.
    const { planFile, problemRow } = await loadPart(() => import('./plan-file.ts'))
    const id = newRecordId(vault.deps.platform.random)
    const planned = planFile(this.#catalogue, file.bytes, id)
    if (!planned.ok) return planned
    const { plan, fileHash } = planned.value
    this.#pending = { id, file: { name: file.name, hash: fileHash }, plan }
    const fresh = plan.records.filter((record) => !isHere(vault, record))
    return ok({
      previewId: id,
      fileName: file.name,
      format: plan.format,
      source: plan.source,
      newRecords: countByKind(fresh),
      duplicates: plan.duplicatesInFile + plan.records.length - fresh.length,
      from: plan.from,
      to: plan.to,
      sample: fresh.slice(0, PREVIEW_ROWS_MAX).flatMap(sampleRow),
      problems: [...plan.problems, ...plan.oddities].map(problemRow),
    })
  }

  cancel(previewId: string): void {
    if (this.#pending?.id === previewId) this.#pending = undefined
  }

  /** Writes what the preview showed, as one transaction; what is in the vault already is left alone. */
  async commit(vault: OpenVault, previewId: string): Promise<Result<ImportDone, ImportError | CommitError>> {
    const pending = this.#pending
    if (pending?.id !== previewId) return err({ type: 'NoSuchPreview' })
    let written = 0
    const committed = await vault.commit(() => {
      const fresh = pending.plan.records.filter((record) => !isHere(vault, record))
      written = fresh.length
      return fresh.length === 0 ? new Map() : importOps(vault, pending, fresh)
    })
    if (!committed.ok) return committed
    this.#pending = undefined
    return ok({
      importId: pending.id,
      written,
      duplicates: pending.plan.duplicatesInFile + pending.plan.records.length - written,
    })
  }

  /** Takes an import back as one: its records, edited since or not, and its own entry. */
  async undo(vault: OpenVault, importId: string): Promise<Result<number, CommitError | { readonly type: 'NotFound' }>> {
    let removed = 0
    const own = vault.stream('labs').records.get(importId)
    if (own === undefined || own.kind !== IMPORT_KIND || own.isDeleted) return err({ type: 'NotFound' })
    const committed = await vault.commit(() => {
      const ops = new Map<StreamId, Op[]>()
      for (const state of vault.replica.streams.values()) {
        const members = [...state.records.values()].filter(
          (record) => !record.isDeleted && importOf(record.shown) === importId,
        )
        if (members.length > 0) ops.set(state.id, members.map(deleteRecordOp))
        removed += members.length
      }
      const labs = vault.streamId('labs')
      const entry = vault.stream('labs').records.get(importId)
      return entry === undefined ? ops : ops.set(labs, [...(ops.get(labs) ?? []), deleteRecordOp(entry)])
    })
    return committed.ok ? ok(removed) : committed
  }
}

export function countByKind(records: readonly PlannedRecord[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of records) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

function isHere(vault: OpenVault, planned: PlannedRecord): boolean {
  const record = vault.stream(planned.category).records.get(importedRecordId(planned.kind, planned.idSeed))
  return record !== undefined && !record.isDeleted
}

function importOps(vault: OpenVault, pending: Pending, fresh: readonly PlannedRecord[]): OpsByStream {
  const ops = new Map<StreamId, Op[]>()
  const add = (stream: StreamId, op: Op): void => {
    const list = ops.get(stream) ?? []
    list.push(op)
    ops.set(stream, list)
  }
  const { plan, file, id } = pending
  const fields = importRecordFields({
    fileName: file.name.slice(0, 1_000),
    fileHash: file.hash,
    format: plan.format,
    importedAtMs: vault.deps.platform.clock.nowMs(),
    source: plan.source,
    records: countByKind(fresh),
    from: plan.from,
    to: plan.to,
    problemCount: plan.problems.length,
  })
  add(vault.streamId('labs'), newRecordOp(id, IMPORT_KIND, fields))
  for (const planned of fresh) {
    const stream = vault.stream(planned.category)
    const recordId = importedRecordId(planned.kind, planned.idSeed)
    const deleted = stream.records.get(recordId)
    add(
      stream.id,
      deleted === undefined
        ? newRecordOp(recordId, planned.kind, planned.fields)
        : restoreRecordOp(deleted, planned.fields),
    )
  }
  return ops
}

function importOf(fields: PlannedRecord['fields']): string | undefined {
  const source = fields['source']
  const id =
    typeof source === 'object' && source !== null && !Array.isArray(source)
      ? Object.entries(source).find(([name]) => name === 'import')?.[1]
      : undefined
  return typeof id === 'string' ? id : undefined
}

function sampleRow(planned: PlannedRecord): ImportPreview['sample'][number][] {
  const result = decodeLabResult(planned.fields)
  if (!result.ok) return []
  const { label, value, components, takenAt } = result.value
  return [
    {
      label,
      valueText: valueText(value),
      unit: unitOf(value),
      components: components.map(componentView),
      takenAtText: takenAt?.text ?? '',
    },
  ]
}
