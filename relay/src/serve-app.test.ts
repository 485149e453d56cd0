import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APP_BYTES_MAX, APP_FILES_MAX, serveApp } from './serve-app.ts'
import { TestRelay } from './testing/test-relay.ts'

let folder = ''
let relay: TestRelay

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'salus-relay-app-')), 'dist')
  write('index.html', '<!doctype html><title>Salus</title>')
  write('sw.js', 'self')
  write('manifest.webmanifest', '{}')
  write('assets/index-Ab12.js', 'export {}'.repeat(500))
  write('assets/engine-worker-Ab12.js', 'export {}')
  write('assets/kdf-worker-Ab_1-2.js', 'export {}')
  write('icons/salus-192.png', 'png')
  write('../secret.txt', 'secret')
  relay = new TestRelay({ webApp: serveApp(folder, ['https://other.example']) })
})
afterEach(() => {
  rmSync(dirname(folder), { recursive: true, force: true })
})

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => relay.fetch(path, { headers })

describe('The built app', () => {
  it('is served with its types', async () => {
    for (const [path, type, content] of [
      ['/', 'text/html; charset=utf-8', '<!doctype html><title>Salus</title>'],
      ['/index.html', 'text/html; charset=utf-8', '<!doctype html><title>Salus</title>'],
      ['/sw.js', 'text/javascript; charset=utf-8', 'self'],
      ['/manifest.webmanifest', 'application/manifest+json', '{}'],
      ['/icons/salus-192.png', 'image/png', 'png'],
    ] as const) {
      const response = await get(path)
      expect([response.status, response.headers.get('Content-Type'), await response.text()], path).toEqual([
        200,
        type,
        content,
      ])
      expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  })

  it('is kept for ever where a name holds its hash, and asked for anew elsewhere', async () => {
    expect((await get('/assets/index-Ab12.js')).headers.get('Cache-Control')).toBe(
      'public, max-age=31536000, immutable',
    )
    for (const path of ['/', '/sw.js', '/manifest.webmanifest', '/labs'])
      expect((await get(path)).headers.get('Cache-Control'), path).toBe('no-cache')
    const first = await get('/')
    const etag = first.headers.get('ETag') ?? ''
    expect((await get('/', { 'If-None-Match': etag })).status).toBe(304)
    expect((await get('/', { 'If-None-Match': '"other"' })).status).toBe(200)
  })

  it('never keeps the version file, and gives out nothing that begins with a dot', async () => {
    write('version.json', '{"build":"0123456789ab"}')
    write('.builds.json', '[]')
    relay = new TestRelay({ webApp: serveApp(folder, []) })
    const version = await get('/version.json')
    expect([version.status, version.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect((await get('/.builds.json')).status).toBe(404)
  })

  it('answers deep links with index.html, and nothing that looks like a file or belongs to the relay', async () => {
    for (const path of ['/labs', '/labs/testosterone', '/settings/', '/assetsx', '/labs?x=1.5']) {
      const response = await get(path)
      expect([response.status, await response.text()], path).toEqual([200, '<!doctype html><title>Salus</title>'])
    }
    for (const path of [
      '/assets/none.js',
      '/assets/none',
      '/assets',
      '/robots.txt',
      '/labs/x.json',
      '/v1',
      '/v1/none',
      '/healthz/x',
    ]) {
      expect((await get(path)).status, path).toBe(404)
    }
    expect((await relay.fetch('/labs', { method: 'POST' })).status).toBe(404)
    expect((await get('/healthz')).headers.get('Content-Type')).toBe('application/json')
  })

  it('leads to nothing outside of its folder, by no spelling', async () => {
    for (const path of [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/..%5csecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%252e%252e%252fsecret.txt',
      '//secret.txt',
      '/assets/%00.js',
      '/%ff',
      '/secret.txt',
      '/.git/config',
    ]) {
      const response = await get(path)
      expect(await response.text(), path).not.toContain('secret')
      expect([200, 404]).toContain(response.status)
    }
  })

  it('follows no link out of its folder', async () => {
    symlinkSync(join(folder, '../secret.txt'), join(folder, 'linked.txt'))
    relay = new TestRelay({ webApp: serveApp(folder, []) })
    expect((await get('/linked.txt')).status).toBe(404)
  })

  it('has the strict policy on every answer, without eval, with the relays of SALUS_CONNECT', async () => {
    for (const path of ['/', '/labs', '/sw.js', '/assets/index-Ab12.js', '/assets/engine-worker-Ab12.js']) {
      const policy = (await get(path)).headers.get('Content-Security-Policy') ?? ''
      expect(policy.split('; ').sort(), path).toEqual([
        "base-uri 'none'",
        "connect-src 'self' https://other.example",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data: blob:",
        "manifest-src 'self'",
        "require-trusted-types-for 'script'",
        "script-src 'self'",
        "style-src 'self'",
        'trusted-types svelte-trusted-html default',
        "worker-src 'self'",
      ])
    }
  })

  it('lets the key derivation alone compile WebAssembly, and connect to nobody', async () => {
    const policy = (await get('/assets/kdf-worker-Ab_1-2.js')).headers.get('Content-Security-Policy') ?? ''
    expect(policy.split('; ')).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(policy.split('; ')).toContain("default-src 'none'")
    expect(policy).not.toContain('connect-src')
  })

  it('sets the other guards', async () => {
    const { headers } = await get('/')
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
    expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin')
    const permissions = headers.get('Permissions-Policy')?.split(', ')
    expect(permissions).toContain('geolocation=()')
    expect(permissions).toContain('microphone=()')
    expect(permissions?.filter((rule) => rule.startsWith('camera'))).toEqual(['camera=(self)'])
    expect(headers.has('Access-Control-Allow-Origin')).toBe(false)
  })

  it('is compressed for who can read it', async () => {
    const response = await get('/assets/index-Ab12.js', { 'Accept-Encoding': 'br, gzip' })
    expect([response.headers.get('Content-Encoding'), response.headers.get('Vary')]).toEqual([
      'gzip',
      'Accept-Encoding',
    ])
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes.length).toBeLessThan(200)
    expect(gunzipSync(bytes).toString()).toBe('export {}'.repeat(500))
    expect((await get('/icons/salus-192.png', { 'Accept-Encoding': 'gzip' })).headers.has('Content-Encoding')).toBe(
      false,
    )
  })

  it('has so many bytes and not one more', () => {
    const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
    write('assets/big.bin', '')
    truncateSync(join(folder, 'assets/big.bin'), APP_BYTES_MAX - bytes)
    expect(() => serveApp(folder, [])).not.toThrow()
    truncateSync(join(folder, 'assets/big.bin'), APP_BYTES_MAX - bytes + 1)
    expect(() => serveApp(folder, [])).toThrow(/bytes/)
  })

  it('has so many files and not one more', () => {
    const have = 7
    for (let i = have; i < APP_FILES_MAX; i++) write(`assets/${i}.js`, '')
    expect(() => serveApp(folder, [])).not.toThrow()
    write('assets/one-more.js', '')
    expect(() => serveApp(folder, [])).toThrow(/more than/)
  })
})
