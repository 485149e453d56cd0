import { type Json, type JsonObject, canonicalJson } from '@salus/base'
import type { DeviceId } from '@salus/wire'
import { type Stamp, compareStamps, stampText } from './hlc.ts'
import type { Op, PatchOp, Replaces, TombstoneOp } from './ops.ts'

/** Where an op stands, and what its author knew then. */
export interface OpOrigin {
  readonly stamp: Stamp
  /** Of the batch that it came in, in its author's chain. */
  readonly seq: number
  /** Whether its author had seen this batch, or wrote it before (V28). */
  readonly hasSeen: (device: DeviceId, seq: number) => boolean
}

/** One value that somebody once gave a field. */
export interface Revision {
  readonly stamp: Stamp
  readonly value: Json
  /** A tombstone named it (V28). */
  readonly isDead: boolean
  /** Its author had not seen some tombstone of the record (V28). */
  readonly isUnaware: boolean
}

interface FieldState {
  /** Values that no patch replaces, the greatest stamp last (V27). */
  readonly heads: Revision[]
  /** Values that a patch has replaced, the greatest stamp last. */
  readonly history: Revision[]
  /** Named by an op before they arrived; only an author that lies about its frontier makes these. */
  early: Map<string, Fate> | undefined
}

interface Tombstone {
  readonly stamp: Stamp
  readonly seq: number
}

/** Shared by all records that nobody deleted. */
const NO_TOMBSTONES: readonly Tombstone[] = []

/** What ops have said of a value. */
interface Fate {
  readonly isReplaced: boolean
  readonly isDead: boolean
}

/**
 * One record, merged field by field; it knows no kinds (V27, V28). The outcome depends on the set of ops, never on
 * their order, as long as none comes before one that its author had seen (V25).
 */
export class RecordState {
  readonly id: string
  #kind: string
  #version: number
  /** Kind and version are those of the greatest stamp. */
  #newest: Stamp
  /** Most records are one patch and no more, of the newest stamp: kept as it came until a second op arrives. */
  #only: JsonObject | undefined
  #fields: Map<string, FieldState> | undefined
  #tombstones: readonly Tombstone[] = NO_TOMBSTONES

  constructor(op: Op, origin: OpOrigin) {
    const { stamp } = origin
    this.id = op.id
    this.#kind = op.kind
    this.#version = op.version
    this.#newest = stamp
    if (op.type === 'patch' && Object.keys(op.replaces).length === 0) this.#only = op.fields
    else this.#merge(op, origin)
  }

  get kind(): string {
    return this.#kind
  }

  get version(): number {
    return this.#version
  }

  apply(op: Op, origin: OpOrigin): void {
    // Before the newest stamp moves: it is the only patch's.
    this.#expanded()
    const { stamp } = origin
    if (compareStamps(stamp, this.#newest) > 0) {
      this.#newest = stamp
      this.#kind = op.kind
      this.#version = op.version
    }
    this.#merge(op, origin)
  }

  /** All heads of all fields are dead, and a tombstone exists (V28). */
  get isDeleted(): boolean {
    if (this.#tombstones.length === 0) return false
    for (const { heads } of this.#expanded().values()) if (heads.some((head) => !head.isDead)) return false
    return true
  }

  /** An edit that its author made without seeing the tombstone brought it back (V28). */
  get isRevived(): boolean {
    if (this.#tombstones.length === 0 || this.isDeleted) return false
    // Where every field was edited no head is dead, and only what the authors had seen tells that from a restoration.
    for (const { heads } of this.#expanded().values())
      if (heads.some((head) => head.isDead || head.isUnaware)) return true
    return false
  }

  /** The fields as shown: of each the head with the greatest stamp, a live one before a dead one. */
  get shown(): JsonObject {
    if (this.#only !== undefined) return this.#only
    // Not by assignment: a field may bear the name of a member that every object inherits.
    return Object.fromEntries(
      [...this.#expanded()].flatMap(([field, { heads }]) => {
        const head = shownHead(heads)
        return head === undefined ? [] : [[field, head.value]]
      }),
    )
  }

  /** The greatest stamp of any op on this record. */
  get newestStamp(): Stamp {
    return this.#newest
  }

  get tombstones(): readonly Stamp[] {
    return this.#tombstones.map(({ stamp }) => stamp)
  }

  /** Values of a field that nobody has replaced; more than one live is a conflict (V27). */
  heads(field: string): readonly Revision[] {
    if (this.#only === undefined) return this.#fields?.get(field)?.heads ?? []
    const value = Object.hasOwn(this.#only, field) ? this.#only[field] : undefined
    return value === undefined ? [] : [{ stamp: this.#newest, value, isDead: false, isUnaware: false }]
  }

  get fieldNames(): string[] {
    return this.#only === undefined ? [...this.#expanded().keys()] : Object.keys(this.#only)
  }

  /** Fields with more than one live head. */
  get conflicts(): string[] {
    if (this.#only !== undefined) return []
    return this.fieldNames.filter((field) => this.heads(field).filter((head) => !head.isDead).length > 1)
  }

  /** What a tombstone or an edit of these fields must name: all that its author sees. */
  replacesOf(fields: readonly string[]): Replaces {
    const named = fields.map((field) => [field, this.heads(field).map((head) => head.stamp)] as const)
    return Object.fromEntries(named.filter(([, stamps]) => stamps.length > 0))
  }

  /** Every value that any field ever had; `isReplaced` tells history from heads. */
  revisions(): { readonly field: string; readonly revision: Revision; readonly isReplaced: boolean }[] {
    return [...this.#expanded()].flatMap(([field, { heads, history }]) => [
      ...heads.map((revision) => ({ field, revision, isReplaced: false })),
      ...history.map((revision) => ({ field, revision, isReplaced: true })),
    ])
  }

  #merge(op: Op, origin: OpOrigin): void {
    if (op.type === 'patch') this.#mergePatch(op, origin)
    else this.#mergeTombstone(op, origin)
  }

  #mergePatch(op: PatchOp, { stamp, hasSeen }: OpOrigin): void {
    const isUnaware = this.#tombstones.some(({ stamp: { device }, seq }) => !hasSeen(device, seq))
    for (const [field, value] of Object.entries(op.fields))
      this.#add(this.#field(field), { stamp, value, isDead: false, isUnaware })
    this.#forEachNamed(op.replaces, stamp, (state, named) => {
      const index = indexOf(state.heads, named)
      if (index >= 0) insert(state.history, ...state.heads.splice(index, 1))
      else if (indexOf(state.history, named) < 0) foretell(state, named, { isReplaced: true })
    })
  }

  #mergeTombstone(op: TombstoneOp, { stamp, seq }: OpOrigin): void {
    // Whoever had seen it comes after it (V25).
    for (const { heads, history } of this.#expanded().values()) {
      markUnaware(heads)
      markUnaware(history)
    }
    this.#tombstones = [...this.#tombstones, { stamp, seq }].sort((a, b) => compareStamps(a.stamp, b.stamp))
    this.#forEachNamed(op.replaces, stamp, (state, named) => {
      if (!kill(state.heads, named) && !kill(state.history, named)) foretell(state, named, { isDead: true })
    })
  }

  /** A stamp exceeds those that it replaces; a name that breaks this counts for nothing (V26). */
  #forEachNamed(replaces: Replaces, stamp: Stamp, act: (state: FieldState, named: Stamp) => void): void {
    for (const [field, stamps] of Object.entries(replaces)) {
      const state = this.#field(field)
      for (const named of stamps) if (compareStamps(named, stamp) < 0) act(state, named)
    }
  }

  #add(state: FieldState, revision: Revision): void {
    // Only an author that uses a stamp twice finds its twin; the greater text wins, so that order doesn't.
    if (isTwinOf(state.heads, revision) || isTwinOf(state.history, revision)) return
    const fate = state.early?.get(stampText(revision.stamp))
    insert(fate?.isReplaced === true ? state.history : state.heads, { ...revision, isDead: fate?.isDead === true })
  }

  #field(name: string): FieldState {
    const fields = this.#expanded()
    let state = fields.get(name)
    if (state === undefined) {
      state = { heads: [], history: [], early: undefined }
      fields.set(name, state)
    }
    return state
  }

  #expanded(): Map<string, FieldState> {
    if (this.#fields !== undefined) return this.#fields
    this.#fields = new Map()
    const only = this.#only
    this.#only = undefined
    if (only !== undefined) {
      for (const [field, value] of Object.entries(only)) {
        this.#fields.set(field, {
          heads: [{ stamp: this.#newest, value, isDead: false, isUnaware: false }],
          history: [],
          early: undefined,
        })
      }
    }
    return this.#fields
  }
}

/** Live before dead, then the greatest stamp (V27). */
export function shownHead(heads: readonly Revision[]): Revision | undefined {
  return heads.findLast((head) => !head.isDead) ?? heads.at(-1)
}

function indexOf(revisions: readonly Revision[], stamp: Stamp): number {
  return revisions.findIndex((revision) => revision.stamp.hlc === stamp.hlc && revision.stamp.device === stamp.device)
}

function insert(revisions: Revision[], ...added: readonly Revision[]): void {
  revisions.push(...added)
  if (revisions.length > 1) revisions.sort((a, b) => compareStamps(a.stamp, b.stamp))
}

/** Whether a value of this stamp is here; if its text is less than the new one's, the new one stands for it. */
function isTwinOf(revisions: Revision[], revision: Revision): boolean {
  const index = indexOf(revisions, revision.stamp)
  const twin = revisions[index]
  if (twin === undefined) return false
  if (canonicalJson(revision.value) > canonicalJson(twin.value)) {
    const isUnaware = twin.isUnaware || revision.isUnaware
    revisions[index] = { ...revision, isDead: twin.isDead, isUnaware }
  }
  return true
}

function markUnaware(revisions: Revision[]): void {
  for (const [index, revision] of revisions.entries())
    if (!revision.isUnaware) revisions[index] = { ...revision, isUnaware: true }
}

function kill(revisions: Revision[], stamp: Stamp): boolean {
  const index = indexOf(revisions, stamp)
  const revision = revisions[index]
  if (revision !== undefined) revisions[index] = { ...revision, isDead: true }
  return revision !== undefined
}

function foretell(state: FieldState, stamp: Stamp, fate: Partial<Fate>): void {
  state.early ??= new Map()
  const known = state.early.get(stampText(stamp)) ?? { isReplaced: false, isDead: false }
  state.early.set(stampText(stamp), { ...known, ...fate })
}
