import type { VaultFingerprint } from './api.ts'
import type { CheckInView, CheckInsView } from './check-in-views.ts'
import type { ImportDone, ImportFile, ImportPreview, ImportProblem, ImportView, ImportsView } from './import-views.ts'
import type { StateHashes, VerifyReport } from './verify-views.ts'
import type { LabsGridView, LabsView, SeriesView, UnitChoice } from './lab-view-types.ts'

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

export { SPARK_POINTS_MAX, GRID_COLUMNS_MAX, DOSE_TICKS_MAX } from './lab-view-types.ts'
export type {
  ChartPoint,
  Comparator,
  ComponentView,
  ConvertedView,
  DoseChangeView,
  DoseTick,
  GridCell,
  GridRow,
  LabsGridView,
  LabsRow,
  LabsView,
  RangeState,
  ResultView,
  SeriesResult,
  SeriesView,
  SinceDoseView,
  UnitChoice,
  UnitSystem,
} from './lab-view-types.ts'

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
