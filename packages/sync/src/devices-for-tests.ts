import { type Clock, type JsonObject, type Result, epochMs, err, ok, present, parseCanonicalJson } from '@salus/base'
import { type MemoryStore, createMemoryStore } from '@salus/store/memory'
import { type CoreState, type DeviceId, type Hash, type StreamId, ZERO_HASH } from '@salus/wire'
import { parseAlarm } from './alarm.ts'
import { commit } from './commit.ts'
import type { CoreHooks } from './core-sync.ts'
import type { Op } from './ops.ts'
import { deviceNamed, hashNamed, plainCore, plainCrypto, sha256, streamNamed } from './plain-vault-for-tests.ts'
import { RelayForTests } from './relay-for-tests.ts'
import { Replica, type ReplicaDeps } from './replica.ts'
import { type SessionDeps, SyncSession } from './session.ts'
import { logHash, stateHash } from './state-hash.ts'

export const LABS = streamNamed('labs')
export const JOURNAL = streamNamed('journal')
export const [A, B, C] = [deviceNamed('a'), deviceNamed('b'), deviceNamed('c')]
export const GENESIS: Hash = hashNamed('genesis')

/** A clock that a test sets. */
export class TestClock implements Clock {
  ms = 1_795_000_000_000

  nowMs(): ReturnType<Clock['nowMs']> {
    return epochMs(this.ms)
  }
}

type DeviceOptions = Partial<ReplicaDeps> &
  Partial<Pick<SessionDeps, 'transport' | 'onProgress'>> & { readonly hooks?: Partial<CoreHooks> }

/** Devices and a relay under one core state, which a test changes at will. */
export class TestWorld {
  readonly clock = new TestClock()
  core: CoreState = plainCore([A, B, C], [LABS, JOURNAL], [GENESIS])
  /** What the relay believes; as the devices do unless a test says otherwise. */
  relayCore: CoreState | undefined
  readonly relay = new RelayForTests({ sha256, core: () => this.relayCore ?? this.core }, [
    { entry: new Uint8Array(1), wraps: undefined, links: undefined },
  ])

  device(self: DeviceId, store: MemoryStore = createMemoryStore(), more: DeviceOptions = {}): TestDevice {
    return new TestDevice(this, self, store, more)
  }
}

export class TestDevice {
  readonly store: MemoryStore
  readonly replica: Replica
  readonly session: SyncSession
  readonly self: DeviceId
  readonly changes: string[] = []

  constructor(world: TestWorld, self: DeviceId, store: MemoryStore, more: DeviceOptions) {
    this.self = self
    this.store = store
    const { transport = world.relay.transport(), hooks, onProgress, ...deps } = more
    this.replica = new Replica({
      store,
      clock: world.clock,
      crypto: plainCrypto,
      core: () => world.core,
      self,
      onChange: (_stream, ids) => this.changes.push(...ids),
      ...deps,
    })
    this.session = new SyncSession({
      store,
      transport,
      replica: this.replica,
      core: { state: () => world.core, check: () => err({ type: 'Malformed' }), adopt: async () => ok(), ...hooks },
      storedCore: async () => [],
      nowMs: () => world.clock.nowMs(),
      ...(onProgress === undefined ? {} : { onProgress }),
    })
  }

  /** Writes one record or some of its fields, naming what this device sees of them. */
  put(id: string, fields: JsonObject, stream: StreamId = LABS): Promise<Result<void, unknown>> {
    return this.commit(() => {
      const record = this.replica.stream(stream).records.get(id)
      return {
        type: 'patch',
        id,
        kind: 'k',
        version: 1,
        fields,
        replaces: record?.replacesOf(Object.keys(fields)) ?? {},
      }
    }, stream)
  }

  delete(id: string, stream: StreamId = LABS): Promise<Result<void, unknown>> {
    return this.commit(() => {
      const record = present(this.replica.stream(stream).records.get(id), 'a record')
      return { type: 'tombstone', id, kind: 'k', version: 1, replaces: record.replacesOf(record.fieldNames) }
    }, stream)
  }

  commit(makeOp: () => Op | readonly Op[], stream: StreamId = LABS): Promise<Result<void, unknown>> {
    return commit(this.replica, () => new Map([[stream, [makeOp()].flat()]]))
  }

  shown(id: string, stream: StreamId = LABS): JsonObject | undefined {
    return this.replica.stream(stream).records.get(id)?.shown
  }

  hashes(): readonly [string, string] {
    const records = [...this.replica.streams.values()].flatMap((state) => [...state.records.values()])
    return [stateHash(records, hasher()), logHash(records, hasher())]
  }

  /** `Type detail stream? device? seq?` of every alarm on record. */
  async alarms(): Promise<string[]> {
    const rows = await this.store.alarms()
    return rows.map(({ json }) => {
      const parsed = parseCanonicalJson(json)
      const alarm = present(parsed.ok ? parseAlarm(parsed.value) : undefined, 'an alarm')
      return [
        alarm.type,
        alarm.detail,
        alarm.device === null ? 'relay' : (nameOf(alarm.device) ?? '?'),
        alarm.seq,
      ].join(' ')
    })
  }
}

function nameOf(device: DeviceId): string | undefined {
  return [['a', A] as const, ['b', B] as const, ['c', C] as const].find(([, id]) => id === device)?.[0]
}

export function hasher() {
  const parts: Uint8Array[] = []
  return { update: (bytes: Uint8Array) => parts.push(bytes.slice()), digest: () => sha256(Buffer.concat(parts)) }
}

export const FIRST = ZERO_HASH
