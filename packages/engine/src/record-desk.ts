import { type Result, err, ok } from '@salus/base'
import {
  CHECK_IN_KIND,
  type Catalogue,
  DEVICE_NAME_KIND,
  DEVICE_NAME_LENGTH_MAX,
  DOSE_KIND,
  LAB_RESULT_KIND,
  deviceNameFields,
  doseFields,
  labResultFields,
} from '@salus/domain'
import { type Op, type RecordState, type StreamState, stampText } from '@salus/sync'
import type { JsonObject } from '@salus/base'
import type { Category } from '@salus/vault'
import { isActive } from '@salus/wire'
import type { CheckInInput, DoseInput, LabResultInput, SaveError, Saved } from './api.ts'
import { type CheckInChange, checkInId, readCheckInInput } from './commands/check-in-input.ts'
import { readDoseInput } from './commands/dose-input.ts'
import { readLabResultInput } from './commands/lab-result-input.ts'
import { deleteRecordOp, editRecordOp, newRecordOp, restoreRecordOp } from './commands/patch-record.ts'
import type { OpenVault } from './open-vault.ts'
import { newRecordId } from './record-name.ts'
import { saveError } from './relay-errors.ts'

type SavedOrNot = Promise<Result<Saved, SaveError>>

/** Members that forms of this build hold; an edit leaves all others as they are. */
const LAB_FORM_FIELDS = new Set(['marker', 'label', 'value', 'range', 'takenAt', 'note', 'laboratory'])
const DOSE_FORM_FIELDS = new Set(['compound', 'label', 'amount', 'takenAt', 'site', 'note'])

/** What a person enters and changes by hand; each command is its own batch. */
export class RecordDesk {
  readonly #vault: OpenVault
  readonly #catalogue: Catalogue

  constructor(vault: OpenVault, catalogue: Catalogue) {
    this.#vault = vault
    this.#catalogue = catalogue
  }

  async addLabResult(input: LabResultInput): SavedOrNot {
    const result = readLabResultInput(this.#catalogue, input, this.#nowMs())
    return result.ok ? this.#add('labs', LAB_RESULT_KIND, labResultFields(result.value)) : result
  }

  async editLabResult(id: string, input: LabResultInput): SavedOrNot {
    const result = readLabResultInput(this.#catalogue, input, this.#nowMs())
    return result.ok ? this.#edit('labs', id, labResultFields(result.value), LAB_FORM_FIELDS) : result
  }

  async logDose(input: DoseInput): SavedOrNot {
    const dose = readDoseInput(this.#catalogue, input, this.#nowMs())
    return dose.ok ? this.#add('treatments', DOSE_KIND, doseFields(dose.value)) : dose
  }

  async editDose(id: string, input: DoseInput): SavedOrNot {
    const dose = readDoseInput(this.#catalogue, input, this.#nowMs())
    return dose.ok ? this.#edit('treatments', id, doseFields(dose.value), DOSE_FORM_FIELDS) : dose
  }

  async saveCheckIn(input: CheckInInput): SavedOrNot {
    const change = readCheckInInput(input, this.#nowMs())
    if (!change.ok) return change
    const id = checkInId(change.value.day)
    const stream = this.#vault.streamId('journal')
    const committed = await this.#vault.commit(() => {
      const op = checkInOp(this.#vault.stream('journal').records.get(id), id, change.value)
      return op === undefined ? new Map() : new Map([[stream, [op]]])
    })
    return committed.ok ? ok({ id }) : err(saveError(committed.error))
  }

  delete(id: string): SavedOrNot {
    return this.#change(id, (record) => (record.isDeleted ? undefined : deleteRecordOp(record)))
  }

  restore(id: string): SavedOrNot {
    return this.#change(id, (record) => (record.isDeleted ? restoreRecordOp(record) : undefined))
  }

  /** Everything is as it was after the change of this stamp, deletion undone (V28). */
  async restoreVersion(id: string, stamp: string): SavedOrNot {
    const { recordAt } = await import('./views/log-views.ts')
    const then = await recordAt(this.#vault, id, stamp)
    if (then === undefined || then.isDeleted) return err({ type: 'NotFound' })
    const { shown } = then
    return this.#change(id, (record) =>
      record.isDeleted ? restoreRecordOp(record, shown) : editRecordOp(record, shown, () => false),
    )
  }

  /** The chosen value replaces all that its author sees of the field (V27). */
  resolve(id: string, field: string, stamp: string): SavedOrNot {
    return this.#change(id, (record) => {
      const chosen = record.heads(field).find((head) => stampText(head.stamp) === stamp)
      if (chosen === undefined) return undefined
      const fields: JsonObject = { [field]: chosen.value }
      return {
        type: 'patch',
        id,
        kind: record.kind,
        version: record.version,
        fields,
        replaces: record.replacesOf([field]),
      }
    })
  }

  async renameDevice(name: string, device?: string): SavedOrNot {
    const trimmed = name.trim()
    if (trimmed === '') return err({ type: 'InvalidField', field: 'name', reason: 'empty' })
    if (trimmed.length > DEVICE_NAME_LENGTH_MAX) return err({ type: 'InvalidField', field: 'name', reason: 'tooLong' })
    const devices = [...this.#vault.core.state.devices.values()].filter(isActive)
    const id = devices.find((active) => active.id === (device ?? this.#vault.deps.device.id))?.id
    if (id === undefined) return err({ type: 'NotFound' })
    const known = this.#vault.stream('core').records.has(id)
    const fields = deviceNameFields({ name: trimmed })
    return known ? this.#edit('core', id, fields, new Set(['name'])) : this.#add('core', DEVICE_NAME_KIND, fields, id)
  }

  async #add(
    category: Category,
    kind: string,
    fields: JsonObject,
    id = newRecordId(this.#vault.deps.platform.random),
  ): SavedOrNot {
    const stream = this.#vault.streamId(category)
    const committed = await this.#vault.commit(() => new Map([[stream, [newRecordOp(id, kind, fields)]]]))
    return committed.ok ? ok({ id }) : err(saveError(committed.error))
  }

  #edit(category: Category, id: string, fields: JsonObject, formFields: ReadonlySet<string>): SavedOrNot {
    if (!this.#vault.stream(category).records.has(id)) return Promise.resolve(err({ type: 'NotFound' }))
    return this.#change(id, (record) => {
      const inForm = Object.fromEntries(Object.entries(fields).filter(([name]) => formFields.has(name)))
      return editRecordOp(record, inForm, (name) => !formFields.has(name))
    })
  }

  /** Asks again for the op when another tab was faster, so that it names what it really replaces. */
  async #change(id: string, makeOp: (record: RecordState) => Op | undefined): SavedOrNot {
    const state = this.#streamWith(id)
    if (state === undefined) return err({ type: 'NotFound' })
    const committed = await this.#vault.commit(() => {
      const record = state.records.get(id)
      const op = record === undefined ? undefined : makeOp(record)
      return op === undefined ? new Map() : new Map([[state.id, [op]]])
    })
    return committed.ok ? ok({ id }) : err(saveError(committed.error))
  }

  #streamWith(id: string): StreamState | undefined {
    for (const state of this.#vault.replica.streams.values()) if (state.records.has(id)) return state
    return undefined
  }

  #nowMs(): number {
    return this.#vault.deps.platform.clock.nowMs()
  }
}

/** The first rating of a day makes its record, the last that is cleared takes it away; undefined changes nothing. */
function checkInOp(record: RecordState | undefined, id: string, change: CheckInChange): Op | undefined {
  const { set, cleared, takenAt } = change
  const isNew = record === undefined || record.isDeleted
  if (isNew && Object.keys(set).length === 0) return undefined
  const made: JsonObject = { takenAt: { ...takenAt }, ...set }
  if (record === undefined) return newRecordOp(id, CHECK_IN_KIND, made)
  if (record.isDeleted) return restoreRecordOp(record, made)
  const isLeft = Object.keys({ ...record.shown, ...set }).some((name) => name !== 'takenAt' && !cleared.has(name))
  return isLeft ? editRecordOp(record, set, (name) => !cleared.has(name)) : deleteRecordOp(record)
}
