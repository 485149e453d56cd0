import { beforeEach, expect, test } from 'vitest'
import { toasts } from './toasts.svelte.ts'

beforeEach(() => toasts.clear())

test('one message is shown at a time, and the newest is it', () => {
  toasts.note('Saved')
  toasts.fail('Not saved')
  expect(toasts.shown?.text).toBe('Not saved')
})

test('what can be undone is there again once what hid it is gone, until it is taken, closed or out of date', () => {
  toasts.undoable('Deleted', 'Undo', () => undefined)
  const deletedId = toasts.shown?.id ?? 0
  toasts.note('Saved')
  toasts.note('Saved again')
  toasts.dismiss(toasts.shown?.id ?? 0)
  expect(toasts.shown?.text).toBe('Deleted')
  toasts.dismiss(deletedId)
  expect(toasts.shown).toBeUndefined()
  toasts.undoable('Deleted', 'Undo', () => undefined)
  toasts.undoable('Deleted too', 'Undo', () => undefined)
  toasts.dismiss(toasts.shown?.id ?? 0)
  expect(toasts.shown).toBeUndefined()
})
