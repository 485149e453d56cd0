import type { JsonObject } from '@salus/base'
import { CHECK_IN_KIND, CHECK_IN_SCALES, checkInFields } from '../records/check-in.ts'
import { DOSE_KIND, doseFields } from '../records/dose.ts'
import { LAB_RESULT_KIND, labResultFields } from '../records/lab-result.ts'
import { sortKeyMs } from '../records/reported-time.ts'
import { createWallClock, dayAfter } from './sample-days.ts'
import { SAMPLE_STORIES, type SampleCourse, type SampleMarker, type SamplePerson } from './sample-people.ts'
import { sampleWords } from './sample-words.ts'
import { createSeededNumbers } from './seeded-numbers.ts'

export type { SamplePerson } from './sample-people.ts'

/** A record of a sample. `seed` is the same for the same record of the same person. */
export interface SampleRecord {
  readonly kind: string
  readonly seed: string
  readonly fields: JsonObject
}

/** Days that a sample reaches back: 24 months. */
export const SAMPLE_DAYS = 730
/** Days after its beginning on which the doses change. */
export const SAMPLE_CHANGE_DAY = 372

/** Shares of doses missed, check-ins left out, and ratings left out. */
const MISSED = 0.03
const NO_CHECK_IN = 0.14
const NO_RATING = 0.04
/** Notes of some check-ins, by days after the change. */
const NOTES: ReadonlyMap<number, string> = new Map([
  [-160, 'Slept badly, long day.'],
  [0, 'First day of the new amounts.'],
  [24, 'Clearer in the morning than last week.'],
  [338, 'Long walk, slept through.'],
])
/** Weeks after the change within which labs and well-being follow it. */
const FOLLOW_DAYS = 56
/** Spread of a result around its course. */
const RESULT_SPREAD = 0.055
/** Every third panel is of another laboratory, every second one is small. */
const SMALL_PANEL_MARKERS = 17

interface Taken {
  readonly atMs: number
  readonly course: SampleCourse
  readonly amount: string
}

/**
 * Two years of an invented person up to `today`, for trying Salus out and for tests. Nobody's data, and no advice: doses
 * and levels are picked to show what the screens do. The same arguments always give the same records.
 * @param today `YYYY-MM-DD`; the records end the day before, so that nothing lies ahead of anybody's clock
 * @param zone IANA name
 * @param language a language's code; what the sample has no words for stays English
 */
export function createSample(
  person: SamplePerson,
  today: string,
  zone: string,
  language = 'en',
): readonly SampleRecord[] {
  const inWords = sampleWords(language)
  const story = SAMPLE_STORIES[person]
  const next = createSeededNumbers(story.seed)
  const wallClock = createWallClock(zone)
  const dayOf = (index: number): string => dayAfter(today, index - SAMPLE_DAYS)
  const records: SampleRecord[] = []
  const taken: Taken[] = []

  for (const course of story.courses) {
    for (const [turn, index] of doseDays(course).entries()) {
      const isMissed = next() < MISSED
      const minutes = Number(course.time.slice(3)) + Math.floor(next() * 18)
      if (isMissed) continue
      const amount = index < SAMPLE_CHANGE_DAY ? course.before : course.after
      const takenAt = wallClock(dayOf(index), `${course.time.slice(0, 3)}${String(minutes).padStart(2, '0')}`)
      taken.push({ atMs: sortKeyMs(takenAt) ?? 0, course, amount })
      const { compound, label, unit, route, sites } = course
      const fields = doseFields({
        compound,
        label: inWords(label),
        amount: { text: amount, unit },
        route,
        site: siteOf(sites, turn, inWords),
        takenAt,
        note: null,
        skipped: false,
      })
      records.push({ kind: DOSE_KIND, seed: `${person}/${compound}/${turn}`, fields })
    }
  }

  for (const [panel, index] of panelDays(next).entries()) {
    const takenAt = wallClock(dayOf(index), '08:15')
    const levelNgDl = testosteroneNgDl(taken, sortKeyMs(takenAt) ?? 0)
    const markers = panel % 2 === 1 ? story.markers.slice(0, SMALL_PANEL_MARKERS) : story.markers
    for (const marker of markers) {
      const course = marker.before + (marker.after - marker.before) * followed(index)
      const around = marker.perLevel === undefined ? course : levelNgDl * marker.perLevel
      const printed = print(marker, around * (1 + (next() + next() - 1) * RESULT_SPREAD), panel % 3 === 2)
      const fields = labResultFields({
        marker: marker.marker,
        label: inWords(marker.label),
        codings: [],
        ...printed,
        components: [],
        interpretation: [],
        status: 'final',
        takenAt,
        issuedAt: null,
        method: null,
        specimen: null,
        bodySite: null,
        laboratory: null,
        note: null,
        category: [],
        derivedFrom: [],
        hasMember: [],
        source: null,
      })
      records.push({ kind: LAB_RESULT_KIND, seed: `${person}/${marker.marker}/${panel}`, fields })
    }
  }

  for (let index = 0; index < SAMPLE_DAYS; index++) {
    if (next() < NO_CHECK_IN) continue
    const mood = (next() - 0.5) * 1.2
    const ratings = CHECK_IN_SCALES.map((scale) => {
      const [before, after] = story.wellBeing[scale]
      const around = before + (after - before) * followed(index)
      const drawn = around + (scale === 'sideEffects' ? -mood : mood) + (next() - 0.5) * 1.8
      return next() < NO_RATING ? null : Math.min(5, Math.max(1, Math.round(drawn)))
    })
    const [energy = null, feeling = null, libido = null, sleep = null, sideEffects = null] = ratings
    const takenAt = wallClock(dayOf(index), '21:30')
    const english = NOTES.get(index - SAMPLE_CHANGE_DAY)
    const note = english === undefined ? null : inWords(english)
    const fields = checkInFields({ takenAt, energy, mood: feeling, libido, sleep, sideEffects, note })
    records.push({ kind: CHECK_IN_KIND, seed: dayOf(index), fields })
  }
  return records
}

function siteOf(sites: readonly string[], turn: number, inWords: (english: string) => string): string | null {
  const site = sites[turn % Math.max(1, sites.length)]
  return site === undefined ? null : inWords(site)
}

/** Indexes of the days on which a course is due, the change included. */
function doseDays(course: SampleCourse): number[] {
  const days: number[] = []
  for (let index = 0, turn = 0; index < SAMPLE_DAYS; turn++) {
    days.push(index)
    const gaps = index < SAMPLE_CHANGE_DAY ? course.gaps : (course.gapsAfter ?? course.gaps)
    index += gaps[turn % gaps.length] ?? 1
  }
  return days
}

/** Six to twelve weeks apart. */
function panelDays(next: () => number): number[] {
  const days: number[] = []
  for (let index = 20; index < SAMPLE_DAYS; index += 42 + Math.floor(next() * 43)) days.push(index)
  return days
}

/** How far the change has had its effect, 0 to 1. */
function followed(index: number): number {
  return Math.min(1, Math.max(0, (index - SAMPLE_CHANGE_DAY) / FOLLOW_DAYS))
}

/** Cypionate's share of hormone, rates per day and clearance in L/d: pk.md §3, row cypionate IM/SC, at 80 kg. */
const CYPIONATE = { fraction: 0.699, slow: 0.15403, fast: 0.61613, clearance: 1843 }

/** Total testosterone from all injections so far, ng/dL: pk.md §3, superposed. */
function testosteroneNgDl(taken: readonly Taken[], atMs: number): number {
  const { fraction, slow, fast, clearance } = CYPIONATE
  const scale = (1e5 * fraction * fast * slow) / (clearance * (slow - fast))
  let level = 0
  for (const { atMs: doseMs, course, amount } of taken) {
    const days = (atMs - doseMs) / 86_400_000
    if (days <= 0 || course.compound !== 'testosterone-cypionate-im') continue
    level += Number(amount) * scale * (Math.exp(-fast * days) - Math.exp(-slow * days))
  }
  return level
}

function print(marker: SampleMarker, value: number, isOtherLaboratory: boolean) {
  const { detects } = marker
  const { unit, factor, digits } = (isOtherLaboratory ? marker.other : undefined) ?? { ...marker, factor: 1 }
  const isBelow = detects !== undefined && value < Number(detects)
  const quantity = isBelow
    ? ({ kind: 'quantity', comparator: '<', text: detects, unit, ucum: unit } as const)
    : ({ kind: 'quantity', text: (value * factor).toFixed(digits), unit, ucum: unit } as const)
  const bound = (text: string): string => (factor === 1 ? text : (Number(text) * factor).toFixed(digits))
  const range = {
    ...(marker.low === null ? {} : { low: bound(marker.low) }),
    ...(marker.high === null ? {} : { high: bound(marker.high) }),
    unit,
  }
  return { value: quantity, range: [range] }
}
