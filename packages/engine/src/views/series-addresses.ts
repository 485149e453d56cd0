import { type Bytes, bytesToBase64Url, utf8ToBytes } from '@salus/base'
import { LABELS, hkdfSha256, hmacSha256, labelBytes } from '@salus/crypto'

/** 96 bits, so that two series of one record never meet. */
const ADDRESS_BYTES = 12

/**
 * A series is named by its marker or by the owner's own words, and an address stays in a browser's history, also while
 * the vault is locked. So a series is shown under a keyed hash of its name, which only an unlocked vault can undo.
 */
export class SeriesAddresses {
  readonly #key: Bytes
  readonly #addressOf = new Map<string, string>()
  readonly #seriesOf = new Map<string, string>()

  /** @param unlockKey U of the keystore (V30): the same on this device until the vault goes */
  constructor(unlockKey: Bytes) {
    this.#key = hkdfSha256(unlockKey, new Uint8Array(), labelBytes(LABELS.seriesAddress), 32)
  }

  addressOf(series: string): string {
    const known = this.#addressOf.get(series)
    if (known !== undefined) return known
    const address = bytesToBase64Url(hmacSha256(this.#key, utf8ToBytes(series)).subarray(0, ADDRESS_BYTES))
    this.#addressOf.set(series, address)
    this.#seriesOf.set(address, series)
    return address
  }

  /** @param known all names that there are: an address is only ever one of theirs */
  seriesOf(address: string, known: Iterable<string>): string | undefined {
    if (!this.#seriesOf.has(address)) for (const series of known) this.addressOf(series)
    return this.#seriesOf.get(address)
  }
}
