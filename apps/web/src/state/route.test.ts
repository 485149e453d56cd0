import { expect, test } from 'vitest'
import { parentPath, parseRoute, pathTo, sectionOf } from './route.svelte.ts'

test('each address leads to its place and its place back to the address', () => {
  expect(parseRoute('/')).toEqual({ name: 'today', day: undefined })
  expect(parseRoute('/day/2026-11-23')).toEqual({ name: 'today', day: '2026-11-23' })
  expect(parseRoute('/labs/')).toEqual({ name: 'labs' })
  expect(parseRoute('/devices')).toEqual({ name: 'devices' })
  const series = 'a/b %?#ä'
  expect(parseRoute(pathTo.series(series))).toEqual({ name: 'series', series })
  expect(parseRoute(pathTo.result(series, 'r/1'))).toEqual({ name: 'result', series, id: 'r/1' })
  expect(parseRoute(pathTo.newResult(series))).toEqual({ name: 'resultNew', series })
  expect(parseRoute(pathTo.doseAgain('d/1'))).toEqual({ name: 'doseNew', day: undefined, again: 'd/1' })
  expect(parseRoute(pathTo.checkIns)).toEqual({ name: 'checkIns' })
  expect(parseRoute(pathTo.checkIn('2026-11-23'))).toEqual({ name: 'checkIn', day: '2026-11-23' })
  expect(parseRoute(pathTo.dose('2026-11-23', 'd1'))).toEqual({ name: 'dose', day: '2026-11-23', id: 'd1' })
})

test('what is no address of the app says so', () => {
  for (const path of [
    '/nowhere',
    '/day/yesterday',
    '/devices/x',
    '/labs/%E0%A4%A',
    '/day/2026-11-23/pill',
    '/check-ins/today',
    '/dose/again',
  ]) {
    expect(parseRoute(path), path).toEqual({ name: 'notFound' })
  }
})

test('a page that was opened by its address leads back to its list', () => {
  expect(parentPath(parseRoute('/labs/x/y'))).toBe('/labs/x')
  expect(parentPath(parseRoute('/settings'))).toBe('/more')
  expect(parentPath(parseRoute('/check-ins/2026-11-23'))).toBe('/check-ins')
  expect(parentPath(parseRoute('/dose/again/d1'))).toBe('/')
  expect(sectionOf(parseRoute('/labs/new'))).toBe('labs')
})
