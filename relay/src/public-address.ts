import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, isOrigin } from './config.ts'

/** Where the address of the last start lies in the data folder, for the command line's links. */
const ADDRESS_FILE = 'address'

/** What to print and put into links: the public origin where there is one, else where this machine reaches it. */
export function publicAddress(config: Pick<Config, 'origins'>, url: string): string {
  return config.origins[0] ?? url
}

export function rememberAddress(dataDir: string, address: string): void {
  writeFileSync(join(dataDir, ADDRESS_FILE), `${address}\n`, { mode: 0o600 })
}

/** The address of the last start; undefined before the first. */
export function rememberedAddress(dataDir: string): string | undefined {
  try {
    const text = readFileSync(join(dataDir, ADDRESS_FILE), 'utf8').trim()
    return isOrigin(text) ? text : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
