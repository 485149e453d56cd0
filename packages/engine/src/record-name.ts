import { type Random, bytesToBase64Url, utf8ToBytes } from '@salus/base'
import { sha256 } from '@salus/crypto'

const RECORD_ID_BYTES = 16

/** A new record's id: 128 random bits. */
export function newRecordId(random: Random): string {
  return bytesToBase64Url(random.bytes(RECORD_ID_BYTES))
}

/** The id of an imported record: the same item of the same source gets the same id on every device and every time. */
export function importedRecordId(kind: string, idSeed: string): string {
  return bytesToBase64Url(
    sha256(utf8ToBytes(`salus/import/v1 ${kind} `), utf8ToBytes(idSeed)).subarray(0, RECORD_ID_BYTES),
  )
}
