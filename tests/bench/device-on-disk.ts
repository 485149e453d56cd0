import { openSqliteStore } from '@salus/store/sqlite'
import { valueOf } from './bench-platform.ts'
import { type PortableDevice, takeDevice } from './portable-device.ts'

/** Reads an enrolled device from its SQLite file, to hand it to a page. */
export async function portable(path: string): Promise<PortableDevice> {
  const store = valueOf(openSqliteStore(path))
  const device = await takeDevice(store)
  await store.close()
  return device
}
