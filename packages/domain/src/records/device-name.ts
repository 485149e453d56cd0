import type { JsonObject, Result } from '@salus/base'
import { type DecodeError, FieldReader } from './field-reader.ts'

/** The record kind of a device's name. */
export const DEVICE_NAME_KIND = 'deviceName'

/** Characters of a device's name. */
export const DEVICE_NAME_LENGTH_MAX = 80

/** What the owner calls a device. The record's id is the device's. */
export interface DeviceName {
  readonly name: string
}

/** A typed view of a device name's fields; fields that this version does not know stay in the record. */
export function decodeDeviceName(fields: JsonObject): Result<DeviceName, DecodeError> {
  const reader = new FieldReader(fields)
  return reader.result({ name: reader.text('name', DEVICE_NAME_LENGTH_MAX) })
}

/** The fields of a device name's record. */
export function deviceNameFields(deviceName: DeviceName): JsonObject {
  return { name: deviceName.name }
}
