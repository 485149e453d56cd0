import type { Result } from '@salus/base'
import type { CheckInScale, SamplePerson } from '@salus/domain'
import type {
  AlarmType,
  CompoundHit,
  ImportDone,
  ImportFile,
  ImportPreview,
  MarkerHit,
  Query,
  QueryName,
  QueryViews,
  StateHashes,
  SubscriptionId,
  VerifyReport,
} from './view-types.ts'

/**
 * All that a screen or the command line can ask of the engine. Only plain values cross: what an expected failure says is
 * in its `type`, and the screen chooses the words.
 */
export interface SalusApi {
  // ── The vault's life ───────────────────────────────────────────────────────────────────────────────────────────────
  vaultStatus(): Promise<VaultStatus>
  /** Seven random BIP39 words. */
  suggestPassphrase(): Promise<string>
  /** Draws a recovery kit and keeps it for {@link createVault}; shown once, asked back by the screen. */
  drawKit(): Promise<KitWords>
  createVault(request: CreateVault): Promise<Result<VaultFingerprint, CreateVaultError>>
  unlock(passphrase: string): Promise<Result<void, UnlockError>>
  /**
   * Opens a throwaway vault with two years of an invented person up to `today` (`YYYY-MM-DD`). It lives in memory alone,
   * is never synced and ends with {@link lock}; the vault on this device's disk stays as it is. `words`: what this device
   * is called, and the language of names, sites and notes, where the sample knows it.
   */
  openSample(
    person: SamplePerson,
    today: string,
    zone: string,
    words?: { readonly deviceName: string; readonly language: string },
  ): Promise<Result<void, OpenSampleError>>
  /** Wipes what the engine held. The caller ends the worker after it. */
  lock(): Promise<void>
  /** Calls back when another tab has given this device a new id (S22a): by then this engine is locked. */
  onReplaced(callback: () => void): Promise<void>
  changePassphrase(current: string, next: string): Promise<Result<void, UnlockError | PassphraseError>>
  /** Seals a half-typed form under the local key; undefined forgets it. */
  keepDraft(form: string, json: string | undefined): Promise<Result<void, StorageError | Locked>>
  draft(form: string): Promise<Result<string | undefined, Locked>>

  // ── Records ────────────────────────────────────────────────────────────────────────────────────────────────────────
  addLabResult(input: LabResultInput): Promise<Result<Saved, SaveError>>
  editLabResult(id: string, input: LabResultInput): Promise<Result<Saved, SaveError>>
  logDose(input: DoseInput): Promise<Result<Saved, SaveError>>
  editDose(id: string, input: DoseInput): Promise<Result<Saved, SaveError>>
  /** Sets and clears what it names of that day's one check-in, and makes it when there is none. */
  saveCheckIn(input: CheckInInput): Promise<Result<Saved, SaveError>>
  deleteRecord(id: string): Promise<Result<Saved, SaveError>>
  restoreRecord(id: string): Promise<Result<Saved, SaveError>>
  /** Makes one of a conflict's values the field's value; the others stay in the history. */
  /** Makes a record what it was after the change of this stamp; what came since stays in its history. */
  restoreVersion(id: string, stamp: string): Promise<Result<Saved, SaveError>>
  resolveConflict(id: string, field: string, stamp: string): Promise<Result<Saved, SaveError>>

  // ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * Calls back at once and after each change until {@link unsubscribe}. `onMissing`: what answers it could not be fetched
   * ({@link PartMissing}); subscribing anew tries again.
   */
  subscribe<Name extends QueryName>(
    query: Query<Name>,
    listener: (view: QueryViews[Name]) => void,
    onMissing?: () => void,
  ): Promise<SubscriptionId>
  unsubscribe(id: SubscriptionId): Promise<void>
  read<Name extends QueryName>(query: Query<Name>): Promise<Result<QueryViews[Name], Locked>>
  searchMarkers(text: string): Promise<readonly MarkerHit[]>
  searchCompounds(text: string): Promise<readonly CompoundHit[]>

  // ── Import ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Says what an import would write; writes nothing. The preview stays until it is committed, cancelled or replaced. */
  previewImport(file: ImportFile): Promise<Result<ImportPreview, ImportError>>
  /** All in one transaction: a crash leaves all of it or nothing. */
  commitImport(previewId: string): Promise<Result<ImportDone, ImportError | SaveError>>
  cancelImport(previewId: string): Promise<void>
  undoImport(importId: string): Promise<Result<{ readonly removed: number }, SaveError>>

  // ── Devices and the relay ──────────────────────────────────────────────────────────────────────────────────────────
  connectRelay(relay: RelayInvite): Promise<Result<void, RelayError | StorageError>>
  syncNow(): Promise<Result<void, RelayError>>
  /** On an enrolled device: makes a link for a new one, then reports until done. */
  offerPairing(onEvent: (event: PairingEvent) => void): Promise<Result<{ readonly link: string }, RelayError>>
  /** On an enrolled device: follows a link that a new one shows (S24), then reports until done. */
  admitByLink(link: string, onEvent: (event: PairingEvent) => void): Promise<Result<void, PairingError>>
  /** The owner has compared the digits; the core log opens by passphrase for this one act (S27). */
  confirmPairing(passphrase: string): Promise<Result<void, UnlockError | PairingError>>
  cancelPairing(): Promise<void>
  /** On a new device: follows a pairing link. */
  joinByLink(
    request: JoinByLink,
    onEvent: (event: PairingEvent) => void,
  ): Promise<Result<void, PairingError | RelayError>>
  /** On a new device: makes a link for an enrolled one to read (S24), then reports until done. */
  offerJoin(
    request: OfferJoin,
    onEvent: (event: PairingEvent) => void,
  ): Promise<Result<{ readonly link: string }, PairingError>>
  /** On the new device: the owner has compared the digits. */
  confirmJoin(): Promise<Result<void, PairingError>>
  /** Relay address and the kit's 12 words, on a new device (S28). Drops all other devices. */
  recover(request: Recover): Promise<Result<VaultFingerprint, RecoverError | RelayError>>
  /** A kit's words as they are typed: which are on the list, and what the last may become. */
  readKitText(text: string): Promise<KitText>
  /** The drill: are these 12 words this vault's kit, and do they open all that is sealed to it? */
  checkKit(words: readonly string[]): Promise<Result<void, CheckKitError>>
  /**
   * A device that was restored from a copy (state `retired`) retires its id and goes on under a new one (S22a), losing
   * nothing that it wrote. Stopped at any point it may be asked again.
   */
  replaceThisDevice(request: ReplaceDevice): Promise<Result<void, UnlockError | ReplaceError | RelayError>>
  /**
   * Ends another device: it gets nothing that is written from now on, nor does what it writes count. It keeps what it has. What
   * other devices merged beyond is set aside there.
   */
  removeDevice(request: RemoveDevice): Promise<Result<void, UnlockError | RemoveError | RelayError | SampleOpen>>
  /** Issues what a removed device wrote too late anew, as this device's own. @returns how many changes */
  reissueSetAside(device: string): Promise<Result<{ readonly changes: number }, SaveError>>
  /** Drops what a removed device wrote too late, for good. */
  dropSetAside(device: string): Promise<Result<void, StorageError | Locked>>
  /** @param device id of an active device; this one when left out */
  renameDevice(name: string, device?: string): Promise<Result<Saved, SaveError>>
  /** It stays on record, and counts as not read should it arise again after it was gone (S18a). */
  dismissAlarm(id: string): Promise<Result<void, StorageError | Locked>>

  // ── Out ────────────────────────────────────────────────────────────────────────────────────────────────────────────
  exportRecords(format: 'json' | 'csv'): Promise<Result<string, Locked>>
  /** Checks every chain and signature on this device again. */
  verifyAll(): Promise<Result<VerifyReport, Locked>>
  stateHashes(): Promise<Result<StateHashes, Locked>>
}

export { CHANGES_MAX } from './view-types.ts'
export type { CheckInScale, SamplePerson }

// ── Failures ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Locked = { readonly type: 'Locked' }
/** Any call may also give this: a bug of ours, named by an id without user data. */
export type Internal = { readonly type: 'Internal'; readonly id: string }
/** Any call may also give this: a file of the app could not be fetched. Nothing was done; the call can be made again. */
export type PartMissing = { readonly type: 'PartMissing' }
export type StorageError = { readonly type: 'StorageFull' } | { readonly type: 'StorageFailed' }
export type PassphraseError = { readonly type: 'PassphraseTooWeak' }
/** Wrong passphrase, damaged slot, slot of another device: alike (V33). */
export type UnlockError =
  { readonly type: 'WrongPassphrase' } | { readonly type: 'NoVault' } | SampleOpen | StorageError
/** A sample is open: it has no passphrase, no relay and no other device. Lock first. */
export type SampleOpen = { readonly type: 'SampleOpen' }
/** `VaultOpen`: a real vault is unlocked. */
export type OpenSampleError = SampleOpen | { readonly type: 'VaultOpen' } | StorageError
export type CreateVaultError =
  { readonly type: 'VaultExists' } | { readonly type: 'NoKitDrawn' } | PassphraseError | StorageError | RelayError
export type SaveError =
  | Locked
  | StorageError
  | { readonly type: 'NotFound' }
  | {
      readonly type: 'InvalidField'
      readonly field: string
      readonly reason: FieldFault
      /** With `ambiguousNumber`: what it could mean, in plain notation. The screen asks which one. */
      readonly readings?: readonly string[]
      /** With `implausible`: units in which the same number would be plausible; the screen asks whether one is meant. */
      readonly units?: readonly string[]
    }
  /** The vault holds something of a later version: this build may read, not write (V7). */
  | { readonly type: 'UpdateNeeded' }
export type FieldFault =
  | 'empty'
  | 'tooLong'
  | 'notANumber'
  | 'ambiguousNumber'
  /** Almost surely a slip or another unit: asked once, see {@link LabResultInput.isImplausibleConfirmed}. */
  | 'implausible'
  | 'notADate'
  | 'inTheFuture'
  | 'unknownUnit'
export type ImportError =
  | Locked
  | { readonly type: 'UnknownFormat'; readonly reason: string }
  | { readonly type: 'Unreadable'; readonly reason: string }
  | { readonly type: 'TooLarge'; readonly sizeBytesMax: number }
  | { readonly type: 'NoSuchPreview' }
export type RelayError =
  | Locked
  | SampleOpen
  | { readonly type: 'NoRelay' }
  /** The app's own policy forbids this origin: it must be 'self' or named in SALUS_CONNECT when Salus is started. */
  | { readonly type: 'OriginNotAllowed'; readonly origin: string }
  | { readonly type: 'Unreachable' }
  | { readonly type: 'InviteRefused' }
  | { readonly type: 'RelayRefused'; readonly name: string }
  | { readonly type: 'BadLink' }
export type PairingError =
  | { readonly type: 'BadLink' }
  | { readonly type: 'PairingExpired' }
  | { readonly type: 'PairingFailed' }
  /** The new device waits at another relay than this record's. */
  | { readonly type: 'OtherRelay'; readonly origin: string }
  | { readonly type: 'VaultExists' }
  | { readonly type: 'Cancelled' }
  | PassphraseError
  | StorageError
  | RelayError
export type ReplaceError =
  /** Nothing is wrong with this device's id, as far as the relay tells. */
  | { readonly type: 'NotACopy' }
  /** The relay's history is not sound, or is not the one that this device knows. */
  | { readonly type: 'VaultNotSound'; readonly alarm: AlarmType }
  | StorageError
export type RemoveError =
  /** Not a device of this vault, or this device itself. */
  | { readonly type: 'NotADevice' }
  /** An alarm, or a later version's entry, stands in the way: what it wrote cannot be judged. */
  | { readonly type: 'NotInStep' }
export type RecoverError =
  | { readonly type: 'BadKit'; readonly reason: 'words' | 'checksum' }
  | { readonly type: 'KitUnknown' }
  /** The relay's answer does not belong to this kit, or its history is not sound (S28). */
  | { readonly type: 'VaultNotSound'; readonly alarm: AlarmType }
  | { readonly type: 'VaultExists' }
  | PassphraseError
  | StorageError
/** `OtherKit`: words of a kit, not of this vault's. `KitCannotOpen`: of this one's, yet a key sealed to it does not open. */
export type CheckKitError =
  | Locked
  | StorageError
  | { readonly type: 'BadKit'; readonly reason: 'words' | 'checksum' }
  | { readonly type: 'OtherKit' }
  | { readonly type: 'KitCannotOpen' }

// ── The vault's life ───────────────────────────────────────────────────────────────────────────────────────────────────

export type VaultStatus =
  | { readonly type: 'none' }
  /** The browser gives no database (a private window, a full disk), a newer build has written it, or it is damaged. */
  | { readonly type: 'unavailable'; readonly reason: 'Full' | 'Closed' | 'Newer' | 'Refused' | 'Damaged' }
  /** Nothing of what the vault holds is known: not even this device's name. */
  | { readonly type: 'locked'; readonly fingerprint: VaultFingerprint }
  /** `sample`: whose invented records are open in place of a vault of one's own. */
  | {
      readonly type: 'unlocked'
      readonly fingerprint: VaultFingerprint
      readonly needsUpdate: boolean
      readonly sample: SamplePerson | null
    }

/** 80 bits of the vault id in groups of four hex digits, printed on the kit. */
export type VaultFingerprint = string
export interface KitWords {
  readonly words: readonly string[]
  /** Of the vault that {@link SalusApi.createVault} will make with it, to be printed beside the words. */
  readonly fingerprint: VaultFingerprint
}
export interface KitText {
  readonly words: readonly { readonly text: string; readonly isKnown: boolean }[]
  /** Of the word that is being typed; none after a space. */
  readonly completions: readonly string[]
}
export interface RelayInvite {
  /** Origin such as `https://salus.example`. */
  readonly url: string
  readonly invite: string
}
export interface CreateVault {
  readonly passphrase: string
  readonly deviceName: string
  readonly relay?: RelayInvite
}
export interface JoinByLink {
  readonly link: string
  /** The new device's own passphrase. */
  readonly passphrase: string
  readonly deviceName: string
}
export interface OfferJoin extends Omit<JoinByLink, 'link'> {
  /** Where both devices meet: the record's own relay, such as `https://salus.example`. */
  readonly relayUrl: string
}
export interface ReplaceDevice {
  readonly passphrase: string
  /** `inUse`: another copy goes on under the old id. `gone`: the old id ends, also for whoever holds a copy. */
  readonly otherCopy: 'inUse' | 'gone'
}
export interface RemoveDevice {
  /** Its id. */
  readonly device: string
  readonly passphrase: string
}
export interface Recover {
  readonly relayUrl: string
  readonly words: readonly string[]
  readonly passphrase: string
  readonly deviceName: string
}

/** Characters of a passphrase that this device accepts at least; the seven offered words are far above. */
export const PASSPHRASE_CHARACTERS_MIN = 12

export type PairingEvent =
  | { readonly type: 'waiting' }
  /** Six digits, to be compared by eye on both screens. */
  | { readonly type: 'digits'; readonly digits: string }
  /** The other side has not confirmed yet. */
  | { readonly type: 'waitingForOther' }
  | { readonly type: 'loading'; readonly done: number; readonly total: number }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: PairingError | UnlockError }

// ── Records ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Durable on this device (V36); `id` names the record. */
export interface Saved {
  readonly id: string
}

export interface LabResultInput {
  /** Of the catalogue; null for a marker of one's own, named by `label`. */
  readonly markerId: string | null
  readonly label: string
  /** As typed: `<0.1`, `5,4`, `negative`. */
  readonly valueText: string
  /** As reported; may be empty. */
  readonly unit: string
  /** `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, in `zone`. */
  readonly takenAt: string
  /** IANA name. */
  readonly zone: string
  /** As printed by the laboratory; may be empty. */
  readonly rangeLow: string
  readonly rangeHigh: string
  readonly note: string
  /** Who measured it; absent and empty say the same. */
  readonly laboratory?: string
  /** The person was asked, and the one sign in each number is its decimal sign: `1,234` is 1.234. */
  readonly isDecimalConfirmed?: boolean
  /** The person was asked and keeps a value that is outside of what is plausible for the marker in this unit. */
  readonly isImplausibleConfirmed?: boolean
}

/** Ratings from 1 to 5: a number sets, null clears, what is absent stays. */
export interface CheckInInput extends Readonly<Partial<Record<CheckInScale, number | null>>> {
  /** `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, in `zone`; its day names the check-in. */
  readonly takenAt: string
  readonly zone: string
  /** Empty clears. */
  readonly note?: string
}

export interface DoseInput {
  readonly compoundId: string | null
  readonly label: string
  readonly amountText: string
  readonly unit: string
  /** `YYYY-MM-DDTHH:MM`, in `zone`. */
  readonly takenAt: string
  readonly zone: string
  readonly site: string
  readonly note: string
  /** As in {@link LabResultInput}. */
  readonly isDecimalConfirmed?: boolean
}
