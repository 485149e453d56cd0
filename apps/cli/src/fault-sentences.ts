import type {
  ImportError,
  PairingError,
  RelayError,
  RemoveError,
  ReplaceError,
  SaveError,
  UnlockError,
  VaultStatus,
} from '@salus/engine/api'
import type { AlarmType, AlarmView } from '@salus/engine/view-types'
import { PASSPHRASE_CHARACTERS_MIN } from '@salus/engine/api'
import { EXIT, type ExitCode } from './command.ts'

export type Fault = UnlockError | PairingError | RelayError | SaveError | ImportError | ReplaceError | RemoveError

const MIB = 1024 * 1024

/** Any failure of the engine in English. */
export function faultSentence(fault: Fault): string {
  switch (fault.type) {
    case 'Locked':
      return 'The vault is locked.'
    case 'StorageFull':
      return 'The disk is full: nothing was written.'
    case 'StorageFailed':
      return 'The database of this device refuses. `salus verify` looks for damage.'
    case 'PassphraseTooWeak':
      return `A passphrase has at least ${PASSPHRASE_CHARACTERS_MIN} characters.`
    case 'WrongPassphrase':
      return 'That is not the passphrase of this device.'
    case 'NoVault':
      return 'There is no vault here. `salus join LINK` makes this machine a device of yours.'
    case 'VaultExists':
      return 'This data folder is a device already. --data names another one.'
    case 'NotFound':
      return 'There is no such record, or it is deleted already.'
    case 'InvalidField':
      return `The field ${fault.field} cannot be kept: ${fault.reason}.`
    case 'UpdateNeeded':
      return 'The vault holds something of a later version of Salus: this one may read, but not write. Please update.'
    case 'UnknownFormat':
    case 'Unreadable':
      return fault.reason
    case 'TooLarge':
      return `The file is larger than ${fault.sizeBytesMax / MIB} MiB.`
    case 'SampleOpen':
      return 'Sample data is open, which meets no relay and no other device.'
    case 'NoSuchPreview':
      return 'The import was not prepared.'
    case 'BadLink':
      return 'That is no pairing link. It is shown by an enrolled device under Devices and begins with the address of its relay.'
    case 'OtherRelay':
      return `The new device waits at ${fault.origin}, which is not this record's relay. Nothing was shared.`
    case 'PairingExpired':
      return 'The link is too old: it is good for five minutes. Make a new one.'
    case 'PairingFailed':
      return 'Pairing failed, or was stopped on the other device. Nothing was written. Make a new link.'
    case 'Cancelled':
      return 'Stopped. Nothing was written.'
    case 'NotACopy':
      return 'The relay and this folder agree about this device: there is nothing to replace.'
    case 'NotADevice':
      return 'It is this device itself, or none of this vault. Another device can remove this one.'
    case 'NotInStep':
      return 'This device is not in step with the relay, so what the other one wrote cannot be judged. `salus status` says why.'
    case 'VaultNotSound':
      return `What the relay shows is not sound (${fault.alarm}). Nothing was changed.`
    case 'NoRelay':
      return 'This device has no relay.'
    case 'OriginNotAllowed':
      return `Requests to ${fault.origin} are not allowed.`
    case 'Unreachable':
      return 'The relay cannot be reached. What is here stays, and is sent next time.'
    case 'InviteRefused':
      return 'The relay refuses the invite.'
    case 'RelayRefused':
      return `The relay refuses (${fault.name}). If this device was removed from the vault, it can no longer sync.`
  }
}

export function faultExit(fault: Fault): ExitCode {
  return fault.type === 'Unreachable' ? EXIT.offline : EXIT.failed
}

/** Why the vault of this folder cannot even be looked at. */
export function unavailableSentence({ reason }: Extract<VaultStatus, { type: 'unavailable' }>): string {
  switch (reason) {
    case 'Full':
      return 'The disk is full.'
    case 'Newer':
      return 'A later version of Salus has written this vault. Please update.'
    case 'Damaged':
      return 'The vault is damaged: its keystore or its core log does not verify. Records are not touched; another device or the recovery kit has them.'
    case 'Closed':
    case 'Refused':
      return 'The database of this device cannot be opened.'
  }
}

const ALARMS: Readonly<Record<AlarmType, string>> = {
  Rollback:
    'the relay shows an older state than before: a backup was restored, or somebody wants this device to forget. Nothing is lost here, and it was given back to the relay.',
  Fork: 'there are two histories signed by one device: it was restored from a copy, or its key was stolen. Nothing of the second history was taken over.',
  Gap: 'the relay skips something that a device has sent. What comes after it was not taken over.',
  Omission: 'another device says that it has sent more than the relay shows. All that is here is whole.',
  Forged: 'the relay gave out something that was not made by a device of this vault. It was not taken over.',
}

export function alarmSentence({ type, deviceName, detail }: AlarmView): string {
  return `${type}${deviceName === null ? '' : ` (device ${deviceName})`}: ${ALARMS[type]} [${detail}]`
}
