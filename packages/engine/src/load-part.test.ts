import { expect, test } from 'vitest'
import { PartMissing, loadPart } from './load-part.ts'

test('a part that cannot be fetched is missing, and what breaks while it is loaded stays what it is', async () => {
  await expect(loadPart(() => Promise.reject(new TypeError('Failed to fetch')))).rejects.toBeInstanceOf(PartMissing)
  await expect(loadPart(() => Promise.reject(new RangeError('bug')))).rejects.toBeInstanceOf(RangeError)
})
