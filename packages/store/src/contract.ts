import type { StoreCase } from './contract-case.ts'
import { LIFE_CASES } from './contract-life.ts'
import { OUTBOX_CASES } from './contract-outbox.ts'
import { READING_CASES } from './contract-reading.ts'
import { WRITING_CASES } from './contract-writing.ts'

export type { StoreCase, StoreUnderTest } from './contract-case.ts'

/** What every {@link Store} promises; vitest runs it in Node, and a page runs it in a browser. */
export const STORE_CONTRACT: readonly StoreCase[] = [...WRITING_CASES, ...OUTBOX_CASES, ...READING_CASES, ...LIFE_CASES]
