import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportedDate, reportedTime, sortKeyMs } from './reported-time.ts'

describe('reportedTime', () => {
  test.each([
    ['2012', 'year'],
    ['2012-05', 'month'],
    ['2012-02-29', 'day'],
    ['2012-05-03T09:30', 'local'],
    ['2012-05-03T09:30:10', 'local'],
    ['2012-05-03T09:30:10Z', 'instant'],
    ['2012-05-03T09:30+02:00', 'instant'],
    ['2013-02-29', 'unknown'],
    ['2012-13', 'unknown'],
    ['2012-04-31', 'unknown'],
    ['2012-05-03T24:00:00Z', 'unknown'],
    ['2012-05-03T09:60:00Z', 'unknown'],
    ['2012-05-03T09:30:10+15:00', 'unknown'],
    ['0000', 'unknown'],
    ['May 2012', 'unknown'],
    ['', 'unknown'],
  ])('%s is exact to the %s', (text, precision) => {
    const time = reportedTime(text)
    expect(time.text).toBe(text)
    expect(time.precision).toBe(precision)
    expect(time.instantMs !== undefined).toBe(precision === 'instant')
  })

  test.each([
    ['2012-09-17T09:30:10+01:00', '2012-09-17T08:30:10.000Z'],
    ['2012-01-01T00:30:00.1234+02:00', '2011-12-31T22:30:00.123Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['1957-07-11T08:27:40-0400', '1957-07-11T12:27:40.000Z'],
  ])('%s is the instant %s', (text, instant) => {
    expect(new Date(reportedTime(text).instantMs ?? Number.NaN).toISOString()).toBe(instant)
  })

  test('an instant in any of FHIR’s forms reads back as itself', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true }),
        (date) => {
          expect(reportedTime(date.toISOString()).instantMs).toBe(date.getTime())
        },
      ),
    )
  })

  test('no text makes it throw, and what it cannot read it keeps', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-:TZ+. ') }), (text) => {
        expect(reportedTime(text).text).toBe(text)
      }),
    )
  })

  test('dates of any precision are put in order', () => {
    const texts = ['2012', '2012-01-02', '2012-05', '2012-05-03T09:30', '2012-05-03T23:00:00-05:00', '2013']
    const keys = texts.map((text) => sortKeyMs(reportedTime(text)) ?? Number.NaN)
    expect(keys).toEqual(keys.toSorted((a, b) => a - b))
    expect(sortKeyMs(reportedTime('soon'))).toBeNull()
    expect(reportedDate(reportedTime('2012-05-03T23:00:00-05:00'))).toBe('2012-05-03')
    expect(reportedDate(reportedTime('soon'))).toBeNull()
  })
})
