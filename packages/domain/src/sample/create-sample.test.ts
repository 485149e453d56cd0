import { canonicalJson } from '@salus/base'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import { isPlausible } from '../markers/plausibility.ts'
import { parseStoredDecimal } from '../quantity/parse-decimal.ts'
import { CHECK_IN_KIND, decodeCheckIn } from '../records/check-in.ts'
import { DOSE_KIND, decodeDose } from '../records/dose.ts'
import { LAB_RESULT_KIND, decodeLabResult } from '../records/lab-result.ts'
import { reportedDate } from '../records/reported-time.ts'
import { SAMPLE_CHANGE_DAY, SAMPLE_DAYS, createSample } from './create-sample.ts'
import { dayAfter } from './sample-days.ts'
import { SAMPLE_STORIES } from './sample-people.ts'
import { SAMPLE_LANGUAGES, sampleWords } from './sample-words.ts'

const TODAY = '2026-11-24'
const ZONE = 'Europe/Berlin'
const catalogue = await loadCatalogue()

describe.each(['man', 'woman'] as const)('the sample of a %s', (person) => {
  const records = createSample(person, TODAY, ZONE)
  const labs = records
    .filter(({ kind }) => kind === LAB_RESULT_KIND)
    .map(({ fields }) => decodeLabResult(fields))
    .flatMap((read) => (read.ok ? [read.value] : []))
  const doses = records
    .filter(({ kind }) => kind === DOSE_KIND)
    .map(({ fields }) => decodeDose(fields))
    .flatMap((read) => (read.ok ? [read.value] : []))
  const checkIns = records
    .filter(({ kind }) => kind === CHECK_IN_KIND)
    .map(({ fields }) => decodeCheckIn(fields))
    .flatMap((read) => (read.ok ? [read.value] : []))

  test('is the same for the same arguments, and each record has a name of its own', () => {
    expect(canonicalJson(records.map(({ fields }) => fields))).toBe(
      canonicalJson(createSample(person, TODAY, ZONE).map(({ fields }) => fields)),
    )
    expect(new Set(records.map(({ kind, seed }) => `${kind} ${seed}`)).size).toBe(records.length)
    expect(labs.length + doses.length + checkIns.length).toBe(records.length)
  })

  test('reaches back 24 months, before today, with panels of 15 to 25 markers', () => {
    const days = records
      .map(({ fields }) => canonicalJson(fields))
      .map((text) => /"text":"(\d{4}-\d\d-\d\d)T/.exec(text)?.[1] ?? '')
    days.sort()
    expect(days.at(0)).toBe(dayAfter(TODAY, -SAMPLE_DAYS))
    expect(days.at(-1)).toBe(dayAfter(TODAY, -1))
    const sizes = Map.groupBy(labs, ({ takenAt }) => takenAt?.text).values()
    for (const { length } of sizes) {
      expect(length).toBeGreaterThanOrEqual(15)
      expect(length).toBeLessThanOrEqual(25)
    }
  })

  test('names only what the catalogue has, in units that it reads, with plausible values', () => {
    for (const { marker: id, value } of labs) {
      const marker = catalogue.markerById.get(id ?? '')
      expect(marker, String(id)).toBeDefined()
      if (marker === undefined || value.kind !== 'quantity') continue
      const number = parseStoredDecimal(value.text)
      expect(number.ok && isPlausible(number.value, value.unit ?? '', marker), `${marker.id} ${value.text}`).toBe(true)
    }
    for (const { compound, amount } of doses)
      expect(catalogue.compoundById.get(compound ?? '')?.doseUnit, String(compound)).toBe(amount.unit)
  })

  test('prints the catalogue’s own intervals', () => {
    const columns = person === 'man' ? (['male'] as const) : (['postmenopausal', 'female'] as const)
    for (const { marker: id, range, value } of labs) {
      const marker = catalogue.markerById.get(id ?? '')
      const group = columns.find((name) => marker?.intervals[name] !== undefined)
      const interval = group === undefined ? undefined : marker?.intervals[group]
      const unit = value.kind === 'quantity' ? value.unit : undefined
      const factor =
        unit === marker?.canonicalUnit ? 1 : Number(marker?.otherUnits.find((other) => other.unit === unit)?.factor)
      for (const bound of ['low', 'high'] as const) {
        const printed = range[0]?.[bound]
        if (printed === undefined) continue
        const places = printed.split('.')[1]?.length ?? 0
        const exact = Number(interval?.[bound]) / factor
        expect(Math.abs(Number(printed) - exact), `${id ?? ''} ${bound} ${printed} ${exact}`).toBeLessThan(
          Math.max(1.01 * 10 ** -places, exact * 0.01),
        )
      }
    }
  })

  test('changes a dose in the middle, and both labs and check-ins follow', () => {
    const changeDay = dayAfter(TODAY, SAMPLE_CHANGE_DAY - SAMPLE_DAYS)
    const first = doses.filter(({ compound }) => compound === doses[0]?.compound)
    const amounts = (isAfter: boolean): Set<string> =>
      new Set(
        first
          .filter((each) => (reportedDate(each.takenAt) ?? '') >= changeDay === isAfter)
          .map((each) => each.amount.text),
      )
    expect([amounts(false).size, amounts(true).size]).toEqual([1, 1])
    expect([...amounts(false)]).not.toEqual([...amounts(true)])
    const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length
    const energy = (isAfter: boolean): number =>
      meanOf(
        checkIns.flatMap((each) =>
          each.energy !== null && (reportedDate(each.takenAt) ?? '') >= changeDay === isAfter ? [each.energy] : [],
        ),
      )
    expect(energy(true) - energy(false)).toBeGreaterThan(0.4)
    const id = person === 'man' ? 'hematocrit' : 'fsh'
    const level = (isAfter: boolean): number =>
      meanOf(
        labs.flatMap(({ marker, value, takenAt }) =>
          marker === id && value.kind === 'quantity' && (takenAt?.text ?? '') >= changeDay === isAfter
            ? [Number(value.text) * (value.unit === 'L/L' ? 100 : 1)]
            : [],
        ),
      )
    expect(level(true)).toBeLessThan(level(false))
  })
})

test('a bound below what the laboratory detects is printed as one', () => {
  const texts = createSample('man', TODAY, ZONE).map(({ fields }) => canonicalJson(fields))
  expect(texts.some((text) => text.includes('"comparator":"<"') && text.includes('"text":"0.1"'))).toBe(true)
})

describe.each(SAMPLE_LANGUAGES)('a sample in %s', (language) => {
  test('says all of its own in that language, and is the same in numbers', () => {
    const inWords = sampleWords(language)
    for (const person of ['man', 'woman'] as const) {
      const english = createSample(person, TODAY, ZONE)
      const other = createSample(person, TODAY, ZONE, language)
      const withoutWords = (records: typeof english): string =>
        canonicalJson(records.map(({ fields }) => ({ ...fields, label: null, site: null, note: null })))
      expect(withoutWords(other)).toBe(withoutWords(english))
      for (const { site, note } of english.map(({ fields }) => fields))
        for (const word of [site, note]) if (typeof word === 'string') expect(inWords(word)).not.toBe(word)
      for (const { label, sites } of SAMPLE_STORIES[person].courses) {
        expect(inWords(label)).not.toBe(label)
        for (const site of sites) expect(inWords(site)).not.toBe(site)
      }
    }
  })
})
