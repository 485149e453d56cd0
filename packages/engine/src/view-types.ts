import type { UnitSystem } from '@salus/domain'
import type { LabResultInput, VaultFingerprint } from './api.ts'
import type { CheckInView, CheckInsView } from './check-in-views.ts'
import type { ImportDone, ImportFile, ImportPreview, ImportProblem, ImportView, ImportsView } from './import-views.ts'
import type { StateHashes, VerifyReport } from './verify-views.ts'

export type {
  StateHashes,
  VerifyReport,
  CheckInView,
  CheckInsView,
  ImportDone,
  ImportFile,
  ImportPreview,
  ImportProblem,
  ImportView,
  ImportsView,
}

export type { UnitSystem }

/** In which units results are shown; without it, as reported. */
export interface UnitChoice {
  /** UCUM codes by marker; an empty one is as reported. They win over `system`. */
  readonly units?: Readonly<Record<string, string>>
  readonly system?: UnitSystem
}

export interface QueryParams {
  today: { readonly day: string; readonly zone: string }
  labs: UnitChoice
  /**
   * `columns` newest days, at most {@link GRID_COLUMNS_MAX}; `cells` those of them whose cells are wanted, all without it,
   * so that what is out of sight need not cross to the screen.
   */
  labsGrid: {
    readonly columns: number
    readonly cells?: { readonly from: number; readonly to: number }
  } & UnitChoice
  /** Drawn and converted in the chosen unit; without one, or where it does not fit, in the newest number's own. */
  series: { readonly series: string } & UnitChoice
  record: { readonly id: string }
  devices: Record<never, never>
  sync: Record<never, never>
  repairs: Record<never, never>
  care: Record<never, never>
  imports: Record<never, never>
  /** The newest changes of all records; at most {@link CHANGES_MAX}. */
  changes: { readonly limit: number }
  /** All that was ever written to one record, from the log itself. */
  history: { readonly id: string }
  /** What was deleted and can be restored. */
  deleted: Record<never, never>
  checkIns: Record<never, never>
}

export interface QueryViews {
  today: TodayView
  labs: LabsView
  labsGrid: LabsGridView
  /** null when no such series exists any more. */
  series: SeriesView | null
  record: RecordView | null
  devices: DevicesView
  sync: SyncView
  repairs: RepairsView
  care: CareView
  imports: ImportsView
  changes: ChangesView
  /** null when there is no such record. */
  history: HistoryView | null
  deleted: DeletedView
  checkIns: CheckInsView
}

export type QueryName = keyof QueryParams
export type Query<Name extends QueryName = QueryName> = {
  readonly [N in Name]: { readonly name: N } & QueryParams[N]
}[Name]
export type SubscriptionId = number

/** Changes that one view holds at most. */
export const CHANGES_MAX = 500

export interface ChangesView {
  /** Newest first. */
  readonly changes: readonly ChangeView[]
}

/** A record in the fewest words: what it is, and what it shows. */
export interface RecordLine {
  /** Of the record, as `labResult`; a later version's is not known to this one. */
  readonly kind: string
  readonly name: string
  /** As reported, with its unit. */
  readonly value: string
}

/** What one save did to one record, or to many at once. */
export interface ChangeView extends RecordLine {
  /** Tells it from every other. */
  readonly stamp: string
  /** null when one save changed several records, as an import does. */
  readonly recordId: string | null
  readonly act: 'made' | 'changed' | 'deleted' | 'restored' | 'several'
  /** Records that it touched. */
  readonly records: number
  /** By the clock of the device that wrote it. */
  readonly atMs: number
  readonly deviceName: string
  readonly isFromFuture: boolean
  readonly fields: readonly FieldChange[]
}

/** From what to what; null where there was or is nothing. */
export interface FieldChange {
  readonly field: string
  readonly from: string | null
  readonly to: string | null
}

export interface HistoryView extends RecordLine {
  readonly id: string
  readonly isDeleted: boolean
  /** Newest first. */
  readonly changes: readonly ChangeView[]
}

export interface DeletedView {
  /** Newest first, at most {@link CHANGES_MAX}. */
  readonly records: readonly DeletedRecord[]
  readonly count: number
}

export interface DeletedRecord extends RecordLine {
  readonly id: string
  readonly atMs: number
  readonly deviceName: string
}

export interface MarkerHit {
  readonly id: string
  readonly name: string
  /** The synonym that matched, where it isn't the name. */
  readonly matched: string
  readonly category: string
  /** Units that this marker can be entered in, the canonical one first. */
  readonly units: readonly string[]
}

export interface CompoundHit {
  readonly id: string
  readonly name: string
  readonly matched: string
  readonly unit: string
  readonly routes: readonly string[]
}

export interface TodayView {
  readonly doses: readonly DoseView[]
  /** The newest dose of each compound, newest first: one tap logs it again. */
  readonly recent: readonly DoseView[]
  /** Of that day; null when there is none. */
  readonly checkIn: CheckInView | null
  /** No record of any kind exists. */
  readonly isEmpty: boolean
}

export interface DoseView {
  readonly id: string
  readonly compoundId: string | null
  readonly label: string
  readonly amountText: string
  readonly unit: string
  /** Epoch milliseconds. */
  readonly takenAtMs: number
  readonly zone: string
  readonly site: string
  readonly note: string
  readonly isOnRelay: boolean
  readonly conflicts: readonly ConflictView[]
}

export interface LabsView {
  readonly rows: readonly LabsRow[]
  /** Results of all rows. */
  readonly count: number
}

/** One series: a marker, or a label where the catalogue has none; one method each. */
export interface LabsRow {
  /** Its address on this device, which tells nothing: fit for a URL. */
  readonly series: string
  readonly markerId: string | null
  readonly name: string
  readonly category: string
  readonly latest: ResultView
  readonly previous: ResultView | null
  /** In the chosen unit; null where it is shown as reported. */
  readonly latestConverted: ConvertedView | null
  readonly previousConverted: ConvertedView | null
  /** Newest last, in `latest.unit`; at most {@link SPARK_POINTS_MAX}. */
  readonly spark: readonly number[]
  readonly count: number
}

export const SPARK_POINTS_MAX = 24

/** Days that a grid shows at once: a window, so that a long record never crosses to the screen as a whole. */
export const GRID_COLUMNS_MAX = 60

/** Markers down, days across. */
export interface LabsGridView {
  /** `YYYY-MM-DD` as reported, newest first. */
  readonly days: readonly string[]
  /** Index in `days` of the first one that rows have cells of. */
  readonly cellsFrom: number
  /** Days that have a result, shown or not. */
  readonly dayCount: number
  readonly rows: readonly GridRow[]
}

export interface GridRow {
  readonly series: string
  readonly markerId: string | null
  readonly name: string
  readonly category: string
  /** The one chosen for showing, else that of the newest result. */
  readonly unit: string
  /** Units that the marker can be shown and entered in, the canonical one first. */
  readonly units: readonly string[]
  readonly spark: readonly number[]
  /** Lowest and highest of the newest {@link SPARK_POINTS_MAX} numbers, in the row's unit; null for fewer than two. */
  readonly yours: { readonly low: string; readonly high: string } | null
  /** What is typed into this row joins its series: not so where a method makes it a series of its own. */
  readonly canEnter: boolean
  /** Of the newest result, as typed or printed; null where a form can't hold it. */
  readonly last: { readonly unit: string; readonly rangeLow: string; readonly rangeHigh: string } | null
  /** One for each day that cells were asked of. */
  readonly cells: readonly (GridCell | null)[]
}

/** The latest result of a marker on a day. */
export interface GridCell {
  readonly id: string
  /** As reported, comparator included. */
  readonly valueText: string
  /** As reported. */
  readonly unit: string
  /** Against the report's own interval, never another. */
  readonly rangeState: RangeState
  readonly rangeText: string
  /** In the row's chosen unit, rounded for showing; null when it is shown as reported. */
  readonly convertedText: string | null
  /** The report's interval in that unit; empty when shown as reported. */
  readonly convertedRangeText: string
  readonly isOnRelay: boolean
  /** Earlier results of the same day. */
  readonly more: number
}

export interface SeriesView {
  readonly series: string
  readonly markerId: string | null
  readonly name: string
  readonly category: string
  /** Newest first; undated last. */
  readonly results: readonly SeriesResult[]
  /** Oldest first, all in `unit`: what can be drawn. */
  readonly points: readonly ChartPoint[]
  readonly unit: string
  /** Results that have no point, and why. */
  readonly undrawn: readonly { readonly id: string; readonly reason: 'undated' | 'text' | 'unit' }[]
  /** UCUM codes that the series can be shown in; empty where nothing converts. */
  readonly units: readonly string[]
  /** The newest number as other countries print it; null where there is no such unit. */
  readonly latestElsewhere: ConvertedView | null
  /** Doses of what this marker watches, oldest first; of a longer log the newest {@link DOSE_TICKS_MAX}. */
  readonly doses: readonly DoseTick[]
  readonly doseChanges: readonly DoseChangeView[]
}

/** More than one dose a day over ten years. */
export const DOSE_TICKS_MAX = 4_000

/** A result among others of its marker. */
export interface SeriesResult extends ResultView {
  /** In the series' unit; null where it was reported in that, or can't be converted. */
  readonly converted: ConvertedView | null
  readonly sinceDose: SinceDoseView | null
}

/** An exact conversion, rounded for showing; never what was reported. */
export interface ConvertedView {
  /** Comparator included. */
  readonly valueText: string
  readonly unit: string
  /** As the interval was printed, in this unit. */
  readonly rangeText: string
}

export interface DoseTick {
  readonly takenAtMs: number
  readonly compound: string
  /** The compound brings in what the marker measures, as testosterone cypionate does testosterone. */
  readonly isOwn: boolean
  readonly amountText: string
  readonly unit: string
}

/** The amount of a compound changed, and was kept. */
export interface DoseChangeView {
  readonly atMs: number
  readonly compound: string
  readonly fromText: string
  readonly toText: string
  readonly unit: string
}

/**
 * Time since the newest dose before: of a compound that brings in what the marker measures, and only where there is none,
 * of any other that the marker watches.
 */
export interface SinceDoseView {
  readonly compound: string
  readonly isOwn: boolean
  /** Whole hours; null when only the days are known. */
  readonly hours: number | null
  /** Calendar days; without hours, 0 is the same day. */
  readonly days: number
}

export interface ChartPoint {
  readonly id: string
  readonly takenAtMs: number
  readonly value: number
  /** The value is a bound, drawn as a caret. */
  readonly comparator: Comparator | null
  readonly low: number | null
  readonly high: number | null
}

export type Comparator = '<' | '<=' | '>' | '>='
export type RangeState = 'below' | 'inside' | 'above' | 'unknown'

export interface ResultView {
  readonly id: string
  readonly label: string
  /** As reported, comparator included. */
  readonly valueText: string
  readonly unit: string
  /** As reported, `2026-11-18` or an instant; empty when undated. */
  readonly takenAtText: string
  /** Epoch milliseconds; null when undated or known only to the month. */
  readonly takenAtMs: number | null
  /** The report's own interval, as printed. */
  readonly rangeText: string
  readonly rangeState: RangeState
  readonly note: string
  readonly laboratory: string
  readonly method: string
  readonly components: readonly ComponentView[]
  readonly importId: string | null
  readonly isOnRelay: boolean
  readonly conflicts: readonly ConflictView[]
  /** Prefills the form; null for what an import brought in a shape that the form can't hold. */
  readonly input: LabResultInput | null
}

export interface ComponentView {
  readonly label: string
  readonly valueText: string
  readonly unit: string
}

/** A field that two devices changed without seeing each other (V27). */
export interface ConflictView {
  readonly field: string
  /** What is shown. */
  readonly shown: HeadView
  readonly others: readonly HeadView[]
}

export interface HeadView {
  /** Opaque name of this value for {@link SalusApi.resolveConflict}. */
  readonly stamp: string
  readonly text: string
  readonly atMs: number
  readonly deviceName: string
  /** The author's clock was more than a day ahead (V26). */
  readonly isFromFuture: boolean
}

/** Any record, also of a kind that this build doesn't know. */
export interface RecordView {
  readonly id: string
  readonly kind: string
  readonly isDeleted: boolean
  readonly isRevived: boolean
  readonly revisions: readonly (HeadView & { readonly field: string; readonly isReplaced: boolean })[]
}

export interface DevicesView {
  readonly devices: readonly DeviceView[]
  readonly fingerprint: VaultFingerprint
  readonly relayUrl: string | null
}

export interface DeviceView {
  readonly id: string
  readonly name: string
  readonly isThis: boolean
  readonly isActive: boolean
  readonly isFull: boolean
  /** Its oldest and newest batch that we hold, by its own clock; null when it has written nothing. */
  readonly firstWroteMs: number | null
  readonly lastSeenMs: number | null
  /** Batches that it wrote beyond its cut and that were merged here before: set aside until the owner says (S22b). */
  readonly setAside: number
  /**
   * What its own batches prove to have reached it of this device's: batches that they do not name yet, and when the newest
   * that they do name was written. Null for this device itself.
   */
  readonly confirmed: { readonly missing: number; readonly untilMs: number | null } | null
  /** The start of its id in groups of hex digits: the same on every device, whatever it is called. */
  readonly mark: string
}

export type AlarmType = 'Rollback' | 'Fork' | 'Gap' | 'Omission' | 'Forged'

export interface AlarmView {
  readonly id: string
  readonly type: AlarmType
  readonly atMs: number
  /** The device whose chain it concerns; null where only the relay can be named. */
  readonly deviceName: string | null
  readonly detail: string
  readonly isDismissed: boolean
}

/** The alarms on record as things to see to: what happened, how it stands, what may be done. */
export interface RepairsView {
  /** Newest first; those that the owner has read come last. */
  readonly repairs: readonly RepairView[]
  /** When all was last compared with the relay while an alarm stood on record; null before. */
  readonly comparedMs: number | null
}

/** Alarms of one kind that were raised together: one thing to see to. */
export interface RepairView {
  /** For {@link SalusApi.dismissAlarm}, one by one. */
  readonly alarmIds: readonly string[]
  readonly type: AlarmType
  /** Whose doing it is; `relay` where no signature proves a device, `core` for the log of devices and keys. */
  readonly about: 'thisDevice' | 'otherDevice' | 'core' | 'relay'
  readonly deviceNames: readonly string[]
  /** Categories of the streams concerned, by the vault's names. */
  readonly categories: readonly string[]
  readonly atMs: number
  /** Entries concerned; null where that is not known. */
  readonly entries: number | null
  /** Entries that this device has given back to the relay since (S19). */
  readonly givenBack: number
  /** The newest whole comparison with the relay still finds it (S18a). */
  readonly isOpen: boolean
  readonly isDismissed: boolean
  /** The failed checks with the places where they failed, for whoever helps: no record's content. */
  readonly findings: readonly string[]
}

export interface SyncView {
  /**
   * `removed`: the relay knows this device no more, as after a recovery elsewhere. `retired`: the relay holds more or
   * other of this device's own entries than its disk, as after a restored copy; it may not go on under this id (S22).
   */
  readonly state:
    'localOnly' | 'offline' | 'syncing' | 'waiting' | 'inStep' | 'alarm' | 'refused' | 'removed' | 'retired'
  /** Batches that are not on the relay yet. */
  readonly waiting: number
  /** Of what the relay holds and this device lacked, the share that is read, 0 to 1; null while nothing is. */
  readonly readShare: number | null
  /** When this device last was in step with its relay; null before the first time. */
  readonly inStepMs: number | null
  readonly relayUrl: string | null
  /** Why, when the relay or the app's policy refuses. */
  readonly refusal: string | null
  readonly alarms: readonly AlarmView[]
  readonly needsUpdate: boolean
}

/** What the owner should do now and then, and when it was last done on this device; epoch milliseconds, null for never. */
export interface CareView {
  readonly setUpMs: number | null
  readonly exportedMs: number | null
  readonly kitCheckedMs: number | null
  /** How far the log of devices and keys has come, for print: its newest entry and the beginning of that entry's hash. */
  readonly coreSeq: number
  readonly coreHead: string
}
