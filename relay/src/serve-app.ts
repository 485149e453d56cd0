import { createHash } from 'node:crypto'
import { type Dirent, readFileSync, readdirSync, statSync } from 'node:fs'
import { extname, join, posix, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Handler } from 'hono'
import { appPolicy, keyDerivationPolicy } from './content-security-policy.ts'
import type { RelayContext, RelayEnv } from './relay-services.ts'

/** Files and bytes of a built app that are served; more is not our app. */
export const APP_FILES_MAX = 2_000
export const APP_BYTES_MAX = 64 * 1024 * 1024

/** Vite's own names of the worker that derives keys. */
const KDF_WORKER = /^\/assets\/kdf-worker-[A-Za-z0-9_-]+\.js$/

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
/** What shrinks; pictures and fonts are compressed already. */
const IS_COMPRESSIBLE = /^(text\/|application\/(json|manifest|wasm)|image\/svg)/

/**
 * Chromium's names; what a health record never needs is off for it and for whatever it might embed. The camera reads a
 * pairing code or a kit's code when somebody asks for it, on the app's own pages alone.
 */
const PERMISSIONS = [
  'accelerometer',
  'autoplay',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((name) => `${name}=()`)
  .concat('camera=(self)')
  .join(', ')

interface AppFile {
  readonly content: Uint8Array<ArrayBuffer>
  /** Made at the first request that wants it. */
  gzipped: Uint8Array<ArrayBuffer> | undefined
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
  readonly isCompressible: boolean
}

/**
 * Serves the built app from memory. The files are listed once, so a request can name what is in the folder and nothing
 * else: a path is a key, never a place on the disk. Paths that look like a page get index.html, for deep links.
 * @throws when the folder holds too much
 */
export function serveApp(root: string, connectOrigins: readonly string[]): Handler<RelayEnv> {
  const files = readApp(root, connectOrigins)
  return (c) => {
    const { path } = c.req
    const file = files.get(path) ?? (isNavigation(path) ? files.get('/index.html') : undefined)
    if (file === undefined) {
      return c.body('Not found\n', 404, {
        'Content-Type': 'text/plain',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      })
    }
    return answer(c, file)
  }
}

function answer(c: RelayContext, file: AppFile): Response {
  const headers = { ...file.headers, ETag: file.etag }
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
  if (!file.isCompressible || !/\bgzip\b/.test(c.req.header('accept-encoding') ?? ''))
    return c.body(file.content, 200, headers)
  file.gzipped ??= new Uint8Array(gzipSync(file.content, { level: 9 }))
  return c.body(file.gzipped, 200, { ...headers, 'Content-Encoding': 'gzip' })
}

/** A page's path: no extension, and none of the places where only files or the relay answer. */
function isNavigation(path: string): boolean {
  return !/^\/(assets|v1|healthz)(\/|$)/.test(path) && !(path.split('/').at(-1) ?? '').includes('.')
}

function readApp(root: string, connectOrigins: readonly string[]): Map<string, AppFile> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter(isServed)
  if (entries.length > APP_FILES_MAX) throw new Error(`${root} holds more than ${APP_FILES_MAX} files`)
  const paths = entries.map((entry) => join(entry.parentPath, entry.name))
  const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0)
  if (bytes > APP_BYTES_MAX) throw new Error(`${root} holds more than ${APP_BYTES_MAX} bytes`)
  return new Map(
    paths.map((path) => {
      const name = posix.join('/', relative(root, path).split(sep).join('/'))
      return [name, readAppFile(path, name, connectOrigins)]
    }),
  )
}

/** What the build notes for itself begins with a dot. */
function isServed(entry: Dirent): boolean {
  return entry.isFile() && !entry.name.startsWith('.')
}

function cacheControl(name: string): string {
  // Vite puts a hash of the content into the names below /assets; all else must be asked for anew.
  if (name.startsWith('/assets/')) return 'public, max-age=31536000, immutable'
  // An open page compares it with its own build: an answer that was kept would hide a newer one.
  return name === '/version.json' ? 'no-store' : 'no-cache'
}

function readAppFile(path: string, name: string, connectOrigins: readonly string[]): AppFile {
  const content = new Uint8Array(readFileSync(path))
  const contentType = CONTENT_TYPES[extname(name)] ?? 'application/octet-stream'
  return {
    content,
    gzipped: undefined,
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    isCompressible: IS_COMPRESSIBLE.test(contentType),
    headers: {
      'Content-Type': contentType,
      'Cache-Control': cacheControl(name),
      'Content-Security-Policy': KDF_WORKER.test(name) ? keyDerivationPolicy() : appPolicy(connectOrigins),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy': PERMISSIONS,
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      Vary: 'Accept-Encoding',
    },
  }
}
