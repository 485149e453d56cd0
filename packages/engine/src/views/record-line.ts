import {
  CHECK_IN_KIND,
  DEVICE_NAME_KIND,
  DOSE_KIND,
  IMPORT_KIND,
  LAB_RESULT_KIND,
  decodeCheckIn,
  decodeDeviceName,
  decodeDose,
  decodeImportRecord,
} from '@salus/domain'
import type { RecordState } from '@salus/sync'
import type { RecordLine } from '../view-types.ts'
import { labResultOf, unitOf, valueText } from './result-view.ts'

/** What a record is and shows, whatever its kind; one that this build cannot read has its kind alone. */
export function recordLine(record: RecordState): RecordLine {
  return { kind: record.kind, ...nameAndValue(record) }
}

function nameAndValue(record: RecordState): { readonly name: string; readonly value: string } {
  const nothing = { name: '', value: '' }
  switch (record.kind) {
    case LAB_RESULT_KIND: {
      const result = labResultOf(record)
      return result === undefined
        ? nothing
        : { name: result.label, value: `${valueText(result.value)} ${unitOf(result.value)}`.trim() }
    }
    case DOSE_KIND: {
      const dose = decodeDose(record.shown)
      return dose.ok
        ? { name: dose.value.label, value: `${dose.value.amount.text} ${dose.value.amount.unit}`.trim() }
        : nothing
    }
    case CHECK_IN_KIND: {
      const checkIn = decodeCheckIn(record.shown)
      return checkIn.ok ? { name: '', value: checkIn.value.takenAt.text } : nothing
    }
    case DEVICE_NAME_KIND: {
      const device = decodeDeviceName(record.shown)
      return device.ok ? { name: device.value.name, value: '' } : nothing
    }
    case IMPORT_KIND: {
      const imported = decodeImportRecord(record.shown)
      return imported.ok ? { name: imported.value.fileName, value: '' } : nothing
    }
    default:
      return nothing
  }
}
