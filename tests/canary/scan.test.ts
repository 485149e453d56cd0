import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NEEDLE_BYTES_MIN } from './needle-patterns.ts'
import { packLevelDbLog, packLevelDbTable, packMozLz4, packSnappy, packSnappyFrames } from './packing-for-tests.ts'
import { WINDOW_BYTES, scanForNeedles } from './scan.ts'

/** Its base64 has letters, at each alignment, that base64url writes otherwise. */
const SECRET = 'Östradiol-Wert 123,4 ?>~?>~?>~ pmol/l'
const NEEDLES = [{ name: 'level', value: SECRET }]
/** Holds the secret's first half before the secret, so that packers replace it by a copy. */
const SEEDED = Buffer.from(`Östradiol-Wert, Östradiol-Werte; ${SECRET}; the end of it`)
/** The secret starts ten bytes before the end of a LevelDB log's first block. */
const LONG_RECORD = Buffer.concat([Buffer.alloc(32_751 - SEEDED.indexOf(SECRET)), SEEDED])

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-canary-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function encodingsFound(name: string, content: Buffer | string): Promise<readonly string[]> {
  writeFileSync(join(folder, name), content)
  return (await scanForNeedles([folder], NEEDLES)).map((finding) => finding.encoding)
}

describe('a planted string is found', () => {
  const noise = Buffer.from([0, 1, 2, 250, 251])
  const bytes = Buffer.from(SECRET)
  const plants: readonly (readonly [string, Buffer])[] = [
    ['utf-8', bytes],
    ['latin-1', Buffer.from(SECRET, 'latin1')],
    ['utf-16le', Buffer.from(SECRET, 'utf16le')],
    ['utf-16be', Buffer.from(SECRET, 'utf16le').swap16()],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['hex', Buffer.from(bytes.toString('hex').toUpperCase())],
  ]
  for (const [encoding, plant] of plants) {
    test(`as ${encoding} ${plant.toString('latin1', 0, 6)}…`, async () => {
      expect(await encodingsFound('file', Buffer.concat([noise, plant, noise]))).toContain(encoding)
    })
  }
  for (const alignment of [0, 1, 2]) {
    for (const encoding of ['base64', 'base64url'] as const) {
      test(`as ${encoding} after ${alignment} other bytes`, async () => {
        const text = Buffer.concat([noise.subarray(0, alignment), bytes, noise]).toString(encoding)
        expect(await encodingsFound('file', `{"blob":"${text}"}`)).toContain(encoding)
      })
    }
  }
})

test('a planted word is found as Firefox writes keys of IndexedDB: each letter one up', async () => {
  writeFileSync(join(folder, 'file'), Buffer.from('bmqib.psbdmf'))
  const found = await scanForNeedles([folder], [{ name: 'key', value: 'alpha-oracle' }])
  expect(found.map((finding) => finding.encoding)).toEqual(['firefox key'])
})

test('base64url is told from base64 where they differ', async () => {
  const needle = { name: 'key', value: Buffer.alloc(32, 0xfb) }
  writeFileSync(join(folder, 'file'), needle.value.toString('base64url'))
  const found = await scanForNeedles([folder], [needle])
  expect(found.map((finding) => finding.encoding)).toEqual(expect.arrayContaining(['base64url']))
  expect(found.map((finding) => finding.encoding)).not.toContain('base64')
})

describe('a planted string is found in packed form, though not in the packed bytes', () => {
  const table = packLevelDbTable([['key', SEEDED]])
  const wrapped = Buffer.concat([Buffer.from([0xff, 0x11, 0x02]), packSnappy(SEEDED)])
  const plants: readonly (readonly [name: string, encoding: string, content: Buffer])[] = [
    ['value', 'snappy/utf-8', Buffer.concat([Buffer.from('..'), packSnappy(SEEDED), Buffer.from('..')])],
    ['body.final', 'snappy frames/utf-8', packSnappyFrames(SEEDED, 25)],
    ['000005.ldb', 'leveldb table/utf-8', table],
    ['000006.ldb', 'leveldb table/snappy/utf-8', packLevelDbTable([['key', wrapped]])],
    ['session.jsonlz4', 'mozlz4/utf-8', packMozLz4(SEEDED)],
    ['000007.log', 'leveldb log/utf-8', packLevelDbLog(LONG_RECORD)],
    ['MANIFEST-000001', 'leveldb log/utf-8', packLevelDbLog(LONG_RECORD)],
  ]
  for (const [name, encoding, content] of plants) {
    test(`${encoding} in ${name}`, async () => {
      expect(content.includes(Buffer.from(SECRET))).toBe(false)
      expect(await encodingsFound(name, content)).toContain(encoding)
    })
  }

  test('in a key of a LevelDB table that shares its start with the key before', async () => {
    const shared = packLevelDbTable([
      ['Östradiol-Wert 123,3 mg', Buffer.alloc(1)],
      [SECRET, Buffer.alloc(1)],
    ])
    expect(await encodingsFound('000005.ldb', shared)).toContain('leveldb table/utf-8')
  })
})

describe('a planted string is found in SQLite', () => {
  function openDatabase(name: string): DatabaseSync {
    const database = new DatabaseSync(join(folder, name))
    database.exec(`PRAGMA page_size = 512; CREATE TABLE "an ""odd"" name" (id INTEGER PRIMARY KEY, data)`)
    return database
  }
  const insert = (database: DatabaseSync, value: Buffer | string) =>
    database.prepare(`INSERT INTO "an ""odd"" name" (data) VALUES (?)`).run(value)

  test('in a packed value that crosses pages', async () => {
    const database = openDatabase('idb.sqlite')
    const incompressible = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919 + (i >> 2) * 31) & 255))
    insert(database, packSnappy(Buffer.concat([SEEDED.subarray(0, 34), incompressible, SEEDED])))
    database.close()
    const found = await scanForNeedles([folder], NEEDLES)
    expect(found.map((finding) => finding.encoding)).toContain('sqlite/snappy/utf-8')
  })

  test('in the write-ahead log of a database that is still open', async () => {
    const database = openDatabase('relay.sqlite')
    database.exec('PRAGMA journal_mode = WAL')
    insert(database, SECRET)
    const found = await scanForNeedles([folder], NEEDLES)
    expect(found.map((finding) => `${finding.path.slice(folder.length + 1)} ${finding.encoding}`)).toEqual(
      expect.arrayContaining(['relay.sqlite sqlite/utf-8', 'relay.sqlite-wal utf-8']),
    )
    database.close()
  })

  test('and a database that cannot be read fails the scan instead of passing for clean', async () => {
    writeFileSync(join(folder, 'broken.sqlite'), `SQLite format 3\0${'x'.repeat(5000)}`)
    await expect(scanForNeedles([folder], NEEDLES)).rejects.toThrow('broken.sqlite')
    const problems: string[] = []
    await scanForNeedles([folder], NEEDLES, { onProblem: (path) => problems.push(path) })
    expect(problems).toHaveLength(1)
  })
})

test('names of files and folders and targets of links are searched', async () => {
  const needles = [{ name: 'id', value: 'vault-7f3a' }]
  mkdirSync(join(folder, 'http+++vault-7f3a'))
  symlinkSync('/nowhere/vault-7f3a', join(folder, 'link'))
  const found = await scanForNeedles([folder], needles)
  expect(found.map((finding) => finding.encoding).sort()).toEqual(['file name/utf-8', 'utf-8'])
})

test('a needle across the border of two windows is found at its offset', async () => {
  const path = join(folder, 'large')
  const content = Buffer.alloc(WINDOW_BYTES + 4096)
  content.write(SECRET, WINDOW_BYTES - 10)
  writeFileSync(path, content)
  expect(await scanForNeedles([path], NEEDLES)).toEqual([
    { path, needle: 'level', encoding: 'utf-8', offset: WINDOW_BYTES - 10 },
  ])
})

test('what was not planted is not found', async () => {
  writeFileSync(join(folder, 'file'), Buffer.concat([SEEDED.subarray(0, 20), packSnappy(Buffer.alloc(5000, 'abc'))]))
  expect(await scanForNeedles([folder], NEEDLES)).toEqual([])
})

test(`a needle of ${NEEDLE_BYTES_MIN} bytes is taken, a shorter one refused`, async () => {
  await expect(scanForNeedles([folder], [{ name: 'short', value: 'x'.repeat(NEEDLE_BYTES_MIN - 1) }])).rejects.toThrow()
  expect(await scanForNeedles([folder], [{ name: 'long', value: 'x'.repeat(NEEDLE_BYTES_MIN) }])).toEqual([])
})

test('a path that is not there is an error, not a clean result', async () => {
  await expect(scanForNeedles([join(folder, 'absent')], NEEDLES)).rejects.toThrow('ENOENT')
})
