import { type JsonObject, canonicalJson } from '@salus/base'
import { type Op, stampText } from '@salus/sync'
import { type DeviceId, type StreamId, ZERO_HASH } from '@salus/wire'
import { Dice } from './dice.ts'
import { FaultyNetwork } from './faulty-network.ts'
import { Scheduler } from './scheduler.ts'
import { SimDevice, type Tab, patchOp, tombstoneOp, write } from './sim-device.ts'
import type { SimVault } from './sim-vault.ts'

export interface SimOptions<Vault extends SimVault> {
  readonly seed: number
  readonly makeVault: (options: { readonly devices: number; readonly seed: number }) => Promise<Vault>
  /** A device does one thing at a time; needed where cryptography or HTTP leave this thread. */
  readonly isSequential: boolean
  readonly steps: number
  /** Devices at the start; two or three where it isn't given. */
  readonly devices?: number
}

/** What a run has come to, once all is quiet. */
export interface SimEnd<Vault extends SimVault> {
  readonly vault: Vault
  readonly devices: readonly SimDevice[]
  /** Commands that were told that they are saved. */
  readonly acknowledged: number
  readonly crashes: number
  /** Enrols one more device by this one, all being quiet. */
  readonly enrol: (by: SimDevice) => Promise<SimDevice>
}

/** Something that was promised to the owner. */
interface Acknowledged {
  readonly device: DeviceId
  readonly stream: StreamId
  readonly ops: readonly Op[]
}

/** Devices of a vault that began with fewer: more are enrolled on the way. */
const ENROLLED_MAX = 4
/** Devices that a run may begin with. */
export const DEVICES_MAX = 5
/** Full syncs of every device in turn, after which an honest vault is in step. */
const QUIET_ROUNDS_MAX = 6
const YEAR_MS = 365 * 86_400_000
const FIELDS = ['value', 'unit', 'takenAt', 'note'] as const
const RECORDS_OF_A_STREAM = 6
/** In every value that is written: no relay may ever hold it in clear. */
export const PLANTED = 'planted-testosterone'

/** What a run holds to, once all is quiet. */
export const INVARIANTS: readonly string[] = [
  'every honest sync ends in step: none is refused, halted or retired',
  'all tabs of all devices have one state and one log, to the hash',
  'every outbox is empty',
  'every command that was told saved is in every log, and what it replaced is a head no more',
  'nothing is applied before what it names',
  'no alarm was raised where nobody did wrong',
  'kinds, versions and fields of a newer build are kept and merged',
  'every chain on every disk is gapless, each batch naming the one before',
]

/** One seeded run: a chaotic part, then quiet, then all that must hold (protocol.md, section 10). */
export async function simulate<Vault extends SimVault>(options: SimOptions<Vault>): Promise<SimEnd<Vault>> {
  return new Simulation(options).run()
}

class Simulation<Vault extends SimVault> {
  readonly #options: SimOptions<Vault>
  readonly #dice: Dice
  readonly #scheduler: Scheduler
  readonly #network: FaultyNetwork
  readonly #failures: unknown[] = []
  readonly #acknowledged: Acknowledged[] = []
  #devices: SimDevice[] = []
  #trueMs = Date.UTC(2026, 10, 24)
  #values = 0
  #crashes = 0

  constructor(options: SimOptions<Vault>) {
    this.#options = options
    this.#dice = new Dice(options.seed)
    this.#scheduler = new Scheduler(this.#dice, options.isSequential)
    this.#network = new FaultyNetwork(this.#dice, this.#scheduler)
  }

  async run(): Promise<SimEnd<Vault>> {
    const { makeVault, seed, steps } = this.#options
    const thrown = this.#dice.between(2, 3)
    const vault = await makeVault({ devices: this.#options.devices ?? thrown, seed })
    for (const seat of vault.firstDevices) this.#devices.push(await this.#createDevice(vault, seat))
    for (let step = 0; step < steps; step++) {
      await this.#scheduler.settle()
      this.#throwFailures()
      this.#trueMs += this.#dice.chance(2) ? this.#dice.below(3 * 86_400_000) : this.#dice.below(500)
      await this.#step(vault)
    }
    await this.#becomeQuiet()
    await this.#agree()
    await this.#check(vault)
    return {
      vault,
      devices: this.#devices,
      acknowledged: this.#acknowledged.length,
      crashes: this.#crashes,
      enrol: async (by) => {
        const seat = await by.enrol(await this.#tabOf(by))
        if (seat === undefined) throw new Error('all is quiet, and no device can be enrolled')
        return this.#createDevice(vault, seat)
      },
    }
  }

  async #createDevice(vault: SimVault, seat: Parameters<typeof SimDevice.create>[1]): Promise<SimDevice> {
    const deps = { vault, scheduler: this.#scheduler, network: this.#network, trueMs: () => this.#trueMs }
    const device = await SimDevice.create(deps, seat)
    if (this.#dice.chance(40)) device.skewMs = this.#dice.between(-20, 20) * YEAR_MS
    return device
  }

  async #step(vault: SimVault): Promise<void> {
    const throwOf = this.#dice.below(1_000)
    const device = this.#dice.pick(this.#devices)
    if (throwOf < 560) {
      this.#scheduler.release()
    } else if (throwOf < 720) {
      this.#command(vault, device)
    } else if (throwOf < 880) {
      this.#sync(device)
    } else if (throwOf < 905) {
      if (device.tabs.length > 0) this.#crashes++
      device.crash()
    } else if (throwOf < 940) {
      device.isOnline = !device.isOnline
    } else if (throwOf < 950) {
      device.skewMs = this.#dice.chance(50) ? 0 : this.#dice.between(-48, 48) * 3_600_000
    } else if (throwOf < 970) {
      await this.#network.deliverLate()
    } else if (throwOf < 985) {
      this.#start(device, 'isCommanding', async () => {
        await device.open()
      })
    } else {
      this.#enrol(vault, device)
    }
  }

  /** Runs a task on a device unless one of this kind is under way there; a crash ends it without a word. */
  #start(device: SimDevice, kind: 'isCommanding' | 'isSyncing', task: () => Promise<void>): void {
    const isBusy = this.#options.isSequential ? device.isCommanding || device.isSyncing : device[kind]
    if (isBusy) return
    device[kind] = true
    this.#scheduler.start(
      async () => {
        await task()
        device[kind] = false
      },
      (failure) => this.#failures.push(failure),
    )
  }

  /** The device's tab, started first where there is none. */
  async #tabOf(device: SimDevice): Promise<Tab> {
    return device.tabs.length === 0 ? device.open() : this.#dice.pick(device.tabs)
  }

  #command(vault: SimVault, device: SimDevice): void {
    this.#start(device, 'isCommanding', async () => {
      const tab = await this.#tabOf(device)
      const stream = this.#dice.pick(vault.streams.slice(0, 2))
      const count = this.#dice.chance(10) ? this.#dice.between(2, 12) : 1
      const plans = Array.from({ length: count }, (_, i) =>
        this.#plan((i + this.#dice.below(RECORDS_OF_A_STREAM)) % RECORDS_OF_A_STREAM),
      )
      const distinct = plans.filter((plan, i) => plans.findIndex((other) => other.id === plan.id) === i)
      let ops: readonly Op[] = []
      const written = await write(tab, stream, () => (ops = distinct.flatMap((plan) => plan.makeOp(tab, stream) ?? [])))
      if (tab.life.isDead) return
      if (!written.ok) throw new Error(`a command failed: ${written.error.type}`)
      if (ops.length > 0) this.#acknowledged.push({ device: device.id, stream, ops })
    })
  }

  #plan(record: number): { readonly id: string; readonly makeOp: (tab: Tab, stream: StreamId) => Op | undefined } {
    const id = `record-${String(record)}`
    if (this.#dice.chance(15)) return { id, makeOp: (tab, stream) => tombstoneOp(tab, stream, id) }
    const value = `${PLANTED} ${String(this.#values++)}`
    // A newer build's kind, version and fields, which this one has never heard of.
    if (this.#dice.chance(10))
      return {
        id,
        makeOp: (tab, stream) => patchOp(tab, stream, id, { later: { of: [value, null] } }, 'future.kind', 7),
      }
    const fields: JsonObject = Object.fromEntries(
      FIELDS.filter(() => this.#dice.chance(50)).map((field) => [field, `${value} ${field}`]),
    )
    return { id, makeOp: (tab, stream) => patchOp(tab, stream, id, fields) }
  }

  #sync(device: SimDevice): void {
    const throwOf = this.#dice.below(10)
    this.#start(device, 'isSyncing', async () => {
      const tab = await this.#tabOf(device)
      const { session, replica } = tab
      // Another tab has written: its message says so.
      if (device.tabs.length > 1) await replica.exclusive.run(() => replica.refresh())
      const outcome = throwOf < 5 ? await session.full() : throwOf < 7 ? await session.pull() : await session.push()
      if (tab.life.isDead || outcome.type === 'failed' || outcome.type === 'inStep' || outcome.type === 'behind') return
      throw new Error(`an honest sync ended as ${outcome.type}`)
    })
  }

  #enrol(vault: SimVault, device: SimDevice): void {
    if (this.#devices.length >= ENROLLED_MAX) return
    this.#start(device, 'isSyncing', async () => {
      const tab = await this.#tabOf(device)
      const seat = await device.enrol(tab)
      if (seat !== undefined && this.#devices.length < ENROLLED_MAX)
        this.#devices.push(await this.#createDevice(vault, seat))
    })
  }

  /** Faults end, what is under way arrives, every task comes to its end. */
  async #becomeQuiet(): Promise<void> {
    this.#scheduler.isOpen = true
    this.#network.isSound = true
    for (const device of this.#devices) device.isOnline = true
    await this.#scheduler.settle()
    while (this.#scheduler.release()) await this.#scheduler.settle()
    while (await this.#network.deliverLate()) continue
    await this.#scheduler.settle()
    this.#throwFailures()
    if (this.#devices.some((device) => device.isCommanding || device.isSyncing))
      throw new Error('a task waits for ever')
  }

  async #agree(): Promise<void> {
    for (let round = 0; round < QUIET_ROUNDS_MAX; round++) {
      for (const device of this.#devices) {
        const tab = device.tabs[0] ?? (await device.open())
        for (const other of device.tabs) await other.replica.exclusive.run(() => other.replica.refresh())
        const outcome = await tab.session.full()
        if (outcome.type !== 'inStep') throw new Error(`all is quiet, and a sync ends as ${JSON.stringify(outcome)}`)
      }
    }
    for (const device of this.#devices)
      for (const tab of device.tabs) await tab.replica.exclusive.run(() => tab.replica.refresh())
  }

  async #check(vault: SimVault): Promise<void> {
    const tabs = this.#devices.flatMap((device) => device.tabs.map((tab) => ({ device, tab })))
    const hashes = new Set(tabs.map(({ device, tab }) => canonicalJson(device.hashes(tab))))
    must(hashes.size === 1, `states differ: ${[...hashes].join(' ')}`)
    for (const { device, tab } of tabs) {
      must((await device.store.outbox()).length === 0, 'an outbox is not empty')
      const alarms = (await device.store.alarms()).map((alarm) => alarm.json)
      must(alarms.length === 0, `alarms in an honest run: ${alarms.join(' ')}`)
      must(!tab.replica.needsUpdate, 'a stream is blocked')
      for (const promise of this.#acknowledged) checkKept(tab, promise)
    }
    for (const device of this.#devices) await checkChains(vault, device)
  }

  #throwFailures(): void {
    if (this.#failures.length > 0) throw this.#failures[0]
  }
}

/** @throws where an invariant does not hold */
export function must(holds: boolean, broken: string): void {
  if (!holds) throw new Error(broken)
}

/** Every op that was acknowledged is in the log of this replica, and what it replaced is a head no more. */
function checkKept(tab: Tab, { device, stream, ops }: Acknowledged): void {
  for (const op of ops) {
    const record = tab.replica.stream(stream).records.get(op.id)
    const kept = new Map(record?.revisions().map((one) => [`${one.field} ${stampText(one.revision.stamp)}`, one]))
    for (const [field, stamps] of Object.entries(op.replaces)) {
      for (const stamp of stamps) {
        const named = kept.get(`${field} ${stampText(stamp)}`)
        const hasEffect = op.type === 'patch' ? named?.isReplaced : named?.revision.isDead
        must(
          hasEffect === true,
          `${op.id}.${field} stands although it was ${op.type === 'patch' ? 'replaced' : 'deleted'}`,
        )
      }
    }
    if (op.type === 'tombstone') {
      must(record?.tombstones.some((stamp) => stamp.device === device) === true, `a deletion of ${op.id} is lost`)
      continue
    }
    for (const [field, value] of Object.entries(op.fields)) {
      const isKept = [...kept.values()].some(
        (one) => one.field === field && canonicalJson(one.revision.value) === canonicalJson(value),
      )
      must(isKept, `${op.id}.${field} = ${canonicalJson(value)} is lost`)
    }
  }
}

async function checkChains(vault: SimVault, device: SimDevice): Promise<void> {
  for (const tip of await device.store.tips()) {
    let [seq, prevHash] = [0, ZERO_HASH as string]
    for (let from = 1; from <= tip.seq;) {
      const rows = await device.store.chain(tip, from)
      must(rows.length > 0, 'a chain has a hole on the disk')
      for (const row of rows) {
        must(row.seq === seq + 1 && row.prevHash === prevHash, `a chain breaks at ${String(row.seq)}`)
        seq = row.seq
        prevHash = row.hash
      }
      from = seq + 1
    }
  }
  must(vault.streams.length > 0, 'a vault has streams')
}
