import { parseDecimal, parseReportedValue, splitComparator } from '@salus/domain'
import type { LabResultInput } from '@salus/engine/api'
import { engine } from '../../engine/client.ts'
import { deviceZone } from '../../messages/format.ts'
import { language } from '../../messages/language.svelte.ts'
import { faultText } from '../../state/fault-text.ts'

/** Which marker a value is typed for, and what it begins with. */
export interface TypedStart {
  readonly markerId: string | null
  readonly label: string
  readonly units: readonly string[]
  readonly unit: string
  /** The result that is changed, as it was; absent for a new one. */
  readonly saved?: { readonly id: string; readonly input: LabResultInput }
}

/** What the person is asked before the value is saved. */
export interface Ask {
  /** Readings of a number that can be read in two ways. */
  readonly readings: readonly string[]
  /** Units in which the number would be plausible. */
  readonly units: readonly string[]
  readonly canKeep: boolean
}

/** What a new result has beside its value. */
export type NewResultMore = Pick<LabResultInput, 'rangeLow' | 'rangeHigh' | 'laboratory'>

/** One value on its way into the record: typed, asked about where it must be, saved. */
export class TypedResult {
  readonly start: TypedStart
  text = $state('')
  unit = $state('')
  fault = $state<string>()
  ask = $state.raw<Ask>()
  isSaving = $state(false)
  /** What stands in the record, durable on this device. */
  saved = $state.raw<TypedStart['saved']>()
  #writing: Promise<boolean> = Promise.resolve(true)
  #isFixed = false
  #isDecimalConfirmed = false
  #isImplausibleConfirmed = false

  constructor(start: TypedStart) {
    this.start = start
    this.text = start.saved?.input.valueText ?? ''
    this.unit = start.saved?.input.unit ?? start.unit
    this.saved = start.saved
  }

  get isDirty(): boolean {
    const { saved } = this
    if (saved === undefined) return this.text.trim() !== ''
    return this.text.trim() !== saved.input.valueText || this.unit !== saved.input.unit
  }

  /**
   * For a result that is still being read while somebody types over it: nothing is written before it is here.
   * @param reading gives null for a result that a form cannot hold
   */
  change(reading: Promise<NonNullable<TypedStart['saved']> | null>): void {
    this.#writing = reading.then((saved) => {
      if (saved !== null) this.saved = saved
      else {
        this.#isFixed = true
        this.fault = language.t.result.notEditable
      }
      return saved !== null
    })
  }

  /** Another number or unit is another question. */
  typed(): void {
    this.fault = undefined
    this.ask = undefined
    this.#isDecimalConfirmed = false
    this.#isImplausibleConfirmed = false
  }

  mean(reading: string): void {
    this.text = `${splitComparator(this.text.trim()).comparator ?? ''}${reading}`
    this.typed()
    // 1.234 can still be read in two ways; it was said which one.
    this.#isDecimalConfirmed = !parseDecimal(reading).ok
  }

  useUnit(unit: string): void {
    this.unit = unit
    this.typed()
  }

  keep(): void {
    this.fault = undefined
    this.ask = undefined
    this.#isImplausibleConfirmed = true
  }

  /**
   * Writes what was typed; true when nothing is left to write.
   * @param takenAt `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, for a new result
   * @param more of a new result: the report's range, empty where nobody gave one, and who measured it
   */
  save(takenAt: string, more: NewResultMore = { rangeLow: '', rangeHigh: '' }): Promise<boolean> {
    // Leaving a field and the button that is pressed by it both save: the second waits for what the first has written.
    this.#writing = this.#writing.then(() => this.#write(takenAt, more))
    return this.#writing
  }

  async #write(takenAt: string, more: NewResultMore): Promise<boolean> {
    if (this.#isFixed) {
      this.fault = language.t.result.notEditable
      return false
    }
    if (!this.isDirty) return true
    this.#moveUnit()
    this.isSaving = true
    const before = this.saved?.input
    const input: LabResultInput = {
      markerId: this.start.markerId,
      label: this.start.label,
      takenAt,
      zone: deviceZone(),
      note: '',
      ...more,
      ...before,
      valueText: this.text.trim(),
      unit: this.unit.trim(),
      isDecimalConfirmed: this.#isDecimalConfirmed,
      isImplausibleConfirmed: this.#isImplausibleConfirmed,
    }
    const id = this.saved?.id
    const written = await (
      id === undefined ? engine.api.addLabResult(input) : engine.api.editLabResult(id, input)
    ).finally(() => (this.isSaving = false))
    if (written.ok) {
      this.saved = { id: written.value.id, input }
      this.fault = undefined
      this.ask = undefined
      return true
    }
    const { error } = written
    this.fault = faultText(error)
    const isAsk = error.type === 'InvalidField' && error.field === 'valueText'
    this.ask = isAsk
      ? { readings: error.readings ?? [], units: error.units ?? [], canKeep: error.reason === 'implausible' }
      : undefined
    return false
  }

  /** `5,4 mmol/L` typed in one go: the unit moves to where it belongs. */
  #moveUnit(): void {
    const parsed = parseReportedValue(this.text)
    if (parsed.ok || parsed.error.type !== 'TrailingText') return
    const { rest } = parsed.error
    this.text = this.text.trim().slice(0, -rest.length).trim()
    this.unit = this.start.units.find((unit) => unit.toLowerCase() === rest.toLowerCase()) ?? rest
  }
}
