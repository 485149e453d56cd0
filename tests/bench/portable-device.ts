import { type Bytes, base64UrlToBytes, bytesToBase64Url } from '@salus/base'
import type { BatchRow, CoreRow, Store } from '@salus/store'
import { valueOf } from './bench-platform.ts'

/** An enrolled device with the few batches that named it, as text that a page can be handed. */
export interface PortableDevice {
  readonly core: readonly InText<CoreRow>[]
  readonly batches: readonly InText<BatchRow>[]
  readonly meta: Readonly<Record<string, string>>
}

/** The same row with base64url for bytes. */
type InText<Row> = {
  readonly [Name in keyof Row]: Row[Name] extends Bytes
    ? string
    : Row[Name] extends Bytes | undefined
      ? string | undefined
      : Row[Name]
}

/** All that a device has under a name before records come: keystore, public keys, relay, where it left off. */
const META_NAMES = ['keystore', 'device', 'relay', 'cursor', 'demanded']

export async function takeDevice(store: Store): Promise<PortableDevice> {
  const meta: Record<string, string> = {}
  for (const name of META_NAMES) {
    const text = textOf(await store.meta(name))
    if (text !== undefined) meta[name] = text
  }
  const core = (await store.core()).map((row) => ({
    ...row,
    entry: bytesToBase64Url(row.entry),
    wraps: textOf(row.wraps),
    links: textOf(row.links),
  }))
  const batches: InText<BatchRow>[] = []
  for (const tip of await store.tips()) {
    batches.push(...(await store.chain(tip, 1)).map((row) => ({ ...row, bytes: bytesToBase64Url(row.bytes) })))
  }
  return { core, batches, meta }
}

export async function placeDevice(store: Store, device: PortableDevice): Promise<void> {
  const core = device.core.map((row) => ({
    ...row,
    entry: valueOf(base64UrlToBytes(row.entry)),
    wraps: bytesOf(row.wraps),
    links: bytesOf(row.links),
  }))
  const batches = device.batches.map((row) => ({ ...row, bytes: valueOf(base64UrlToBytes(row.bytes)) }))
  const meta = Object.fromEntries(Object.entries(device.meta).map(([name, text]) => [name, bytesOf(text)]))
  valueOf(await store.write({ core, batches, meta }))
}

function textOf(bytes: Bytes | undefined): string | undefined {
  return bytes === undefined ? undefined : bytesToBase64Url(bytes)
}

function bytesOf(text: string | undefined): Bytes | undefined {
  return text === undefined ? undefined : valueOf(base64UrlToBytes(text))
}
