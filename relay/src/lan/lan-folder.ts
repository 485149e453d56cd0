import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyAndCertificate } from './authority.ts'

/** Below the data folder; 0700. */
const LAN_FOLDER = 'lan'
/** Key and certificate of each in one file, so that no crash leaves half of a pair; 0600. */
const SECRET_FILES = { authority: 'authority-secret.pem', server: 'server-secret.pem' } as const
/** The authority's certificate alone, which anybody may have. */
const AUTHORITY_CERTIFICATE_FILE = 'authority.crt'
/** Bytes of a file that is read; ours have 2,000 at most, and 32 addresses fit three times. */
export const PEM_BYTES_MAX = 16_384

const PEM_BLOCK = /-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----\n?/g

/** What one of the two files holds: nothing, a pair of PEM blocks that may still be nonsense, or something else. */
export type KeptPair = KeyAndCertificate | 'missing' | 'damaged'

/** Where the keys of the home network's certificates lie. Throws the file system's errors, such as EACCES. */
export class LanFolder {
  readonly path: string

  constructor(dataDir: string) {
    this.path = join(dataDir, LAN_FOLDER)
  }

  /** Reads a pair; a file that others could read is closed to them. */
  read(which: keyof typeof SECRET_FILES): KeptPair {
    const path = join(this.path, SECRET_FILES[which])
    const text = readIfThere(path)
    if (text === undefined) return 'missing'
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
    if (text.length > PEM_BYTES_MAX) return 'damaged'
    const blocks = new Map([...text.matchAll(PEM_BLOCK)].map(([block, kind]) => [kind, block]))
    const [keyPem, certificatePem] = [blocks.get('PRIVATE KEY'), blocks.get('CERTIFICATE')]
    return keyPem === undefined || certificatePem === undefined ? 'damaged' : { keyPem, certificatePem }
  }

  /** Writes a pair: the old one or the new one is there, never half of it. */
  write(which: keyof typeof SECRET_FILES, pair: KeyAndCertificate): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 })
    chmodSync(this.path, 0o700)
    replaceFile(join(this.path, SECRET_FILES[which]), pair.keyPem + pair.certificatePem, 0o600)
    if (which === 'authority') replaceFile(join(this.path, AUTHORITY_CERTIFICATE_FILE), pair.certificatePem, 0o644)
  }

  /** Whether an authority was made here once, though its key may be gone. */
  hadAuthority(): boolean {
    return readIfThere(join(this.path, AUTHORITY_CERTIFICATE_FILE)) !== undefined
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function replaceFile(path: string, text: string, mode: number): void {
  const unfinished = `${path}.new`
  rmSync(unfinished, { force: true })
  writeFileSync(unfinished, text, { mode, flush: true })
  renameSync(unfinished, path)
}
