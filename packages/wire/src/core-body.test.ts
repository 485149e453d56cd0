import type { Json, JsonObject } from '@salus/base'
import { describe, expect, it } from 'vitest'
import { type CoreEntryType, decodeCoreBody } from './core-body.ts'
import { CUTS_MAX, DEVICES_ACTIVE_MAX, HEALS_MAX, STREAMS_MAX } from './limits.ts'
import { bytesNamed, hashNamed, streamNamed, textNamed } from './testing/test-core.ts'
import { type DeviceId, deviceIdOf } from './ids.ts'

const K = { c: textNamed('c'), s: textNamed('s'), x: textNamed('x') }
const PROOF = textNamed('proof', 64)
const deviceIdNamed = (name: string): DeviceId => deviceIdOf(bytesNamed(name, 16))

const many = <T extends string>(count: number, make: (name: string) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(`n${i}`)).sort()
const canariesOf = (count: number): Json[] => many(count, streamNamed).map((stream) => [stream, textNamed('canary')])
const enrolmentsOf = (count: number): JsonObject[] =>
  many(count, (name) => textNamed(name)).map((c) => ({
    device: { ...K, c },
    proof: PROOF,
    streams: many(2, streamNamed),
  }))
function cutsOf(count: number): Json[] {
  const streams = many(STREAMS_MAX + 1, streamNamed)
  const devices = many(DEVICES_ACTIVE_MAX, deviceIdNamed)
  const cuts = devices.flatMap((device) =>
    streams.map((stream): [string, string, number, string] => [device, stream, 1, hashNamed('cut')]),
  )
  return cuts.slice(0, count)
}

const ROTATION = { canaries: canariesOf(2), links: hashNamed('links'), wraps: hashNamed('wraps') }
const ENROLMENT = { device: K, proof: PROOF, streams: many(2, streamNamed) }

const BODIES: Readonly<Record<CoreEntryType, JsonObject>> = {
  genesis: {
    canaries: canariesOf(2),
    device: K,
    kit: { ...K, c: textNamed('kit c') },
    minSuite: 1,
    nonce: textNamed('nonce', 16),
    suite: 2,
    wraps: hashNamed('wraps'),
  },
  addDevice: { ...ENROLMENT, wraps: hashNamed('wraps') },
  replaceDevice: { ...ENROLMENT, ...ROTATION, cuts: cutsOf(3), retired: deviceIdNamed('retired') },
  settle: { ...ROTATION, cuts: [], enrol: enrolmentsOf(2), heals: many(2, hashNamed), keep: many(2, deviceIdNamed) },
  removeDevice: { ...ROTATION, cuts: cutsOf(3), removed: deviceIdNamed('removed') },
}
const TYPES = ['genesis', 'addDevice', 'replaceDevice', 'settle', 'removeDevice'] as const

function isRead(type: CoreEntryType, changed: JsonObject): boolean {
  return decodeCoreBody(type, { ...BODIES[type], ...changed }).ok
}

function isReadExactly(type: CoreEntryType, body: Json): boolean {
  return decodeCoreBody(type, body).ok
}

describe.each(TYPES)('a body of %s (V8)', (type) => {
  it('is read as what it says', () => {
    expect(decodeCoreBody(type, BODIES[type])).toEqual({ ok: true, value: { type, ...BODIES[type] } })
  })

  it('misses no member', () => {
    for (const name of Object.keys(BODIES[type])) {
      const { [name]: _, ...rest } = BODIES[type]
      expect(isReadExactly(type, rest), name).toBe(false)
    }
  })

  it('has no other member, whatever its name (V7)', () => {
    for (const name of ['extra', 'type', '__proto__', 'constructor']) {
      const body: JsonObject = Object.fromEntries([...Object.entries(BODIES[type]), [name, 1]])
      expect(isReadExactly(type, body), name).toBe(false)
    }
  })

  it('has every member of the right type', () => {
    for (const name of Object.keys(BODIES[type])) {
      for (const value of [null, true, 3, '', 'AAAA', [], {}, [[]], [null]]) {
        // An empty list is a list; whether it may be empty is a rule, not syntax.
        const isList = Array.isArray(BODIES[type][name]) && Array.isArray(value) && value.length === 0
        if (!isList) expect(isRead(type, { [name]: value }), `${name} = ${JSON.stringify(value)}`).toBe(false)
      }
    }
  })

  it('is an object', () => {
    for (const json of [null, [], 'genesis', 1, true]) expect(isReadExactly(type, json)).toBe(false)
  })
})

describe('members', () => {
  it('keys are three, each of 32 bytes', () => {
    for (const device of [
      { ...K, c: textNamed('c', 31) },
      { ...K, s: textNamed('s', 33) },
      { ...K, x: `${K.x}=` },
      { ...K, extra: 1 },
      { c: K.c, s: K.s },
      [],
    ]) {
      expect(isRead('addDevice', { device }), JSON.stringify(device)).toBe(false)
    }
  })

  it('a proof is 64 bytes, a nonce 16, a hash 32', () => {
    expect(isRead('addDevice', { proof: textNamed('proof', 63) })).toBe(false)
    expect(isRead('genesis', { nonce: textNamed('nonce', 15) })).toBe(false)
    expect(isRead('addDevice', { wraps: textNamed('hash', 31) })).toBe(false)
    expect(isRead('replaceDevice', { retired: textNamed('id', 17) })).toBe(false)
  })

  it('suites are 1 and 2', () => {
    for (const [suite, isKnown] of [
      [0, false],
      [1, true],
      [2, true],
      [3, false],
      ['1', false],
      [1.5, false],
    ] as const) {
      expect(isRead('genesis', { suite })).toBe(isKnown)
      expect(isRead('genesis', { minSuite: suite })).toBe(isKnown)
    }
  })

  it('a canary is a stream and 32 bytes', () => {
    const stream = streamNamed('one')
    const canary = textNamed('canary')
    expect(isRead('genesis', { canaries: [[stream, canary]] })).toBe(true)
    for (const row of [
      [stream],
      [stream, canary, 1],
      [stream, textNamed('canary', 31)],
      [textNamed('stream', 15), canary],
      [stream, 7],
      stream,
      null,
    ]) {
      expect(isRead('genesis', { canaries: [row] }), JSON.stringify(row)).toBe(false)
    }
  })

  it('a cut is a device, a stream, a seq from 1 that fits 32 bits, and a hash (V10)', () => {
    const [device, stream, hash] = [deviceIdNamed('d'), streamNamed('s'), hashNamed('h')]
    for (const seq of [1, 0xffffffff]) expect(isRead('settle', { cuts: [[device, stream, seq, hash]] })).toBe(true)
    const rows: Json[] = [
      [device, stream, 0, hash],
      [device, stream, 0x100000000, hash],
      [device, stream, 1.5, hash],
      [device, stream, '1', hash],
      [device, stream, 1],
      [device, stream, 1, hash, 1],
      [textNamed('d', 15), stream, 1, hash],
      [device, textNamed('s', 17), 1, hash],
      [device, stream, 1, textNamed('h', 31)],
    ]
    for (const row of rows) expect(isRead('settle', { cuts: [row] }), JSON.stringify(row)).toBe(false)
  })
})

it('an enrolment within a settle is as strict as a body (V8)', () => {
  const [good] = enrolmentsOf(1)
  expect(isRead('settle', { enrol: [good ?? null] })).toBe(true)
  const changes: JsonObject[] = [
    { extra: 1 },
    { proof: textNamed('proof', 63) },
    { device: { ...K, extra: 1 } },
    { streams: [1] },
  ]
  for (const change of changes)
    expect(isRead('settle', { enrol: [{ ...good, ...change }] }), JSON.stringify(change)).toBe(false)
  for (const row of [{ device: K, proof: PROOF }, [K, PROOF, []], null])
    expect(isRead('settle', { enrol: [row] })).toBe(false)
})

describe('lists are sorted, and name nothing twice (V8)', () => {
  const lists: [CoreEntryType, string, readonly Json[]][] = [
    ['genesis', 'canaries', canariesOf(3)],
    ['addDevice', 'streams', many(3, streamNamed)],
    ['replaceDevice', 'cuts', cutsOf(3)],
    ['settle', 'enrol', enrolmentsOf(3)],
    ['settle', 'heals', many(3, hashNamed)],
    ['settle', 'keep', many(3, deviceIdNamed)],
  ]
  it.each(lists)('%s: %s', (type, name, list) => {
    const [first, second, third] = [list[0] ?? null, list[1] ?? null, list[2] ?? null]
    expect(isRead(type, { [name]: [first, second, third] })).toBe(true)
    expect(isRead(type, { [name]: [second, first, third] })).toBe(false)
    expect(isRead(type, { [name]: [first, third, second] })).toBe(false)
    expect(isRead(type, { [name]: [first, first] })).toBe(false)
  })

  it('a canary or cut that differs only behind its key is named twice', () => {
    const stream = streamNamed('one')
    const canaries = [textNamed('one'), textNamed('two')].sort().map((canary) => [stream, canary])
    expect(isRead('genesis', { canaries })).toBe(false)
    const cut = (seq: number): Json => [deviceIdNamed('d'), stream, seq, hashNamed('h')]
    expect(isRead('settle', { cuts: [cut(1), cut(2)] })).toBe(false)
  })

  it('cuts of one device go on by stream', () => {
    const [one, two] = many(2, streamNamed)
    const cut = (stream: string | undefined): Json => [deviceIdNamed('d'), stream ?? '', 1, hashNamed('h')]
    expect(isRead('settle', { cuts: [cut(one), cut(two)] })).toBe(true)
    expect(isRead('settle', { cuts: [cut(two), cut(one)] })).toBe(false)
  })
})

describe('lists are bounded', () => {
  it.each<[CoreEntryType, string, number, (count: number) => readonly Json[]]>([
    ['genesis', 'canaries', STREAMS_MAX, canariesOf],
    ['addDevice', 'streams', STREAMS_MAX, (count) => many(count, streamNamed)],
    ['replaceDevice', 'cuts', CUTS_MAX, cutsOf],
    ['settle', 'enrol', DEVICES_ACTIVE_MAX, enrolmentsOf],
    ['settle', 'heals', HEALS_MAX, (count) => many(count, hashNamed)],
    ['settle', 'keep', DEVICES_ACTIVE_MAX, (count) => many(count, deviceIdNamed)],
  ])('%s: %s at most %i', (type, name, max, make) => {
    expect(make(max + 1)).toHaveLength(max + 1)
    expect(isRead(type, { [name]: make(max) })).toBe(true)
    expect(isRead(type, { [name]: make(max + 1) })).toBe(false)
  })
})
