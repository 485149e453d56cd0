import { type Bytes, type Result, err, ok } from '@salus/base'
import {
  type CoreCrypto,
  type CoreRefusal,
  type CoreState,
  type StreamId,
  ZERO_VAULT,
  applyCoreEntry,
  decodeCoreEntry,
  decodeLinks,
  decodeWraps,
} from '@salus/wire'
import { coreCrypto } from './core-crypto.ts'
import type { Device, DeviceSecrets } from './device.ts'
import type { Category, Keyring } from './keyring.ts'
import { isCanaryOf, openLink, openWrap } from './stream-key-wrapping.ts'

/** A core entry as it is stored and travels. */
export interface CoreRecord {
  readonly entry: Bytes
  readonly wraps: Bytes | undefined
  readonly links: Bytes | undefined
}

/** Checks a log from `state` on, entry by entry (V15). */
export function readCore(
  records: readonly CoreRecord[],
  state: CoreState | undefined = undefined,
  crypto: CoreCrypto = coreCrypto,
): Result<CoreState | undefined, CoreRefusal> {
  let current = state
  for (const record of records) {
    const next = applyCoreEntry(crypto, current, record.entry, record)
    if (!next.ok) return next
    current = next.value
  }
  return ok(current)
}

/** A wrap meant for this device does not open, or opens to a key with another canary (V14). */
export type ForgedWrap = { readonly type: 'ForgedWrap'; readonly stream: StreamId }

/** Whom a wrap is sealed to, with what opens it. */
export type KeyHolder = Pick<Device, 'id' | 'keys'> & { readonly secrets: Pick<DeviceSecrets, 'x'> }

interface Gathered {
  readonly category: Category
  readonly epochs: Map<number, Bytes>
}

/**
 * Opens every wrap in the log that is meant for this device, then walks the links back to older epochs.
 * @param records the whole log, in order
 * @param core its state at the head, already checked
 */
export async function gatherKeys(
  records: readonly CoreRecord[],
  core: CoreState,
  device: KeyHolder,
): Promise<Result<Keyring, ForgedWrap>> {
  const gathered = new Map<StreamId, Gathered>()
  for (const record of records) {
    const wraps = record.wraps === undefined ? ok([]) : decodeWraps(record.wraps)
    // Where the entry stands is its own word, which was checked: a caller may pass one twice.
    const entry = decodeCoreEntry(record.entry)
    if (!entry.ok || !wraps.ok) continue
    const { vault, prevHash } = entry.value
    for (const wrap of wraps.value) {
      if (wrap.recipient !== device.id) continue
      const opened = await openWrap({ vault, stream: wrap.stream, epoch: wrap.epoch, prevHash }, wrap, device)
      if (!opened.ok || !isKeyOf(core, wrap.stream, wrap.epoch, opened.value.key))
        return err({ type: 'ForgedWrap', stream: wrap.stream })
      const keys = gathered.get(wrap.stream) ?? { category: opened.value.category, epochs: new Map<number, Bytes>() }
      keys.epochs.set(wrap.epoch, opened.value.key)
      gathered.set(wrap.stream, keys)
    }
  }
  return followLinks(records, core, gathered)
}

async function followLinks(
  records: readonly CoreRecord[],
  core: CoreState,
  gathered: Map<StreamId, Gathered>,
): Promise<Result<Keyring, ForgedWrap>> {
  for (const record of records.toReversed()) {
    const links = record.links === undefined ? ok([]) : decodeLinks(record.links)
    for (const link of links.ok ? links.value : []) {
      const epochs = gathered.get(link.stream)?.epochs
      const key = epochs?.get(link.epoch)
      if (epochs === undefined || key === undefined || epochs.has(link.epoch - 1)) continue
      const previous = await openLink(core.vault, link, key)
      if (!previous.ok || !isKeyOf(core, link.stream, link.epoch - 1, previous.value))
        return err({ type: 'ForgedWrap', stream: link.stream })
      epochs.set(link.epoch - 1, previous.value)
    }
  }
  return ok(gathered)
}

function isKeyOf(core: CoreState, stream: StreamId, epoch: number, key: Bytes): boolean {
  const canary = core.streams.get(stream)?.canaries[epoch]
  return canary !== undefined && isCanaryOf(canary, epoch === 0 ? ZERO_VAULT : core.vault, stream, epoch, key)
}
