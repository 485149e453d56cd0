import { expect, test } from 'vitest'
import { cameraFault } from './camera.ts'

test('each way in which a browser refuses its camera has words of its own', () => {
  expect(cameraFault('NotAllowedError')).toBe('refused')
  expect(cameraFault('SecurityError')).toBe('notAllowedHere')
  expect(cameraFault('NotReadableError')).toBe('inUse')
  expect(cameraFault('NotFoundError')).toBe('noCamera')
  expect(cameraFault('OverconstrainedError')).toBe('noCamera')
})
