import { expect, test } from 'vitest'
import { EXPORT_MS, KIT_CHECK_MS, isExportDue, isKitCheckDue } from './care-due.ts'

const care = { setUpMs: 1_000, exportedMs: null, kitCheckedMs: null, coreSeq: 0, coreHead: '' }

test('the kit is asked for half a year after the last check, or after the first day where there was none', () => {
  expect(isKitCheckDue(care, 1_000 + KIT_CHECK_MS - 1)).toBe(false)
  expect(isKitCheckDue(care, 1_000 + KIT_CHECK_MS)).toBe(true)
  const checked = { ...care, kitCheckedMs: 5_000 }
  expect(isKitCheckDue(checked, 5_000 + KIT_CHECK_MS - 1)).toBe(false)
  expect(isKitCheckDue(checked, 5_000 + KIT_CHECK_MS)).toBe(true)
})

test('an export is proposed a quarter after the last one', () => {
  expect(isExportDue({ ...care, exportedMs: 9_000 }, 9_000 + EXPORT_MS - 1)).toBe(false)
  expect(isExportDue({ ...care, exportedMs: 9_000 }, 9_000 + EXPORT_MS)).toBe(true)
})

test('a device that does not know its first day is reminded of nothing', () => {
  const old = { ...care, setUpMs: null }
  expect([isKitCheckDue(old, 1e13), isExportDue(old, 1e13)]).toEqual([false, false])
})
