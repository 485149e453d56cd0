import { bytesToBase64Url, utf8ToBytes } from '@salus/base'
import { SvelteMap } from 'svelte/reactivity'

/** Characters of an address: 96 bits, so that two series of one record never meet. */
const ADDRESS_CHARACTERS = 16

/**
 * A series is named by its marker or by the owner's own words, and an address is kept in the browser's history, also
 * while Salus is locked. So the address of a series is a keyed hash of its name, and is looked up when it is opened.
 */
class SeriesAddresses {
  readonly #addressOf = new SvelteMap<string, string>()
  readonly #seriesOf = new SvelteMap<string, string>()
  /** All series of the record have an address by now. */
  isComplete = $state(false)

  addressOf(series: string): string | undefined {
    return this.#addressOf.get(series)
  }

  seriesOf(address: string): string | undefined {
    return this.#seriesOf.get(address)
  }

  /** @param fingerprint of the record: the same series has another address in another record */
  async learn(series: readonly string[], fingerprint: string): Promise<void> {
    const unknown = series.filter((name) => !this.#addressOf.has(name))
    const key = await importKey(fingerprint)
    const addresses = await Promise.all(unknown.map(async (name) => [name, await hashSeries(key, name)] as const))
    for (const [name, address] of addresses) {
      this.#addressOf.set(name, address)
      this.#seriesOf.set(address, name)
    }
    this.isComplete = true
  }

  /** On lock: names are content. */
  forget(): void {
    this.#addressOf.clear()
    this.#seriesOf.clear()
    this.isComplete = false
  }
}

export const seriesAddresses = new SeriesAddresses()

async function importKey(fingerprint: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', utf8ToBytes(fingerprint), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

async function hashSeries(key: CryptoKey, series: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', key, utf8ToBytes(series))
  return bytesToBase64Url(new Uint8Array(mac)).slice(0, ADDRESS_CHARACTERS)
}
