import { type Random, bytesToHex, err } from '@salus/base'
import type { SalusApi } from './api.ts'

/**
 * The worker's top: a throw, which is a bug, becomes a plain value with an id and without user data. The error itself
 * goes to `report`, which keeps it on this device.
 */
export function guarded(api: SalusApi, random: Random, report: (id: string, error: unknown) => void): SalusApi {
  return new Proxy(api, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          const answer: unknown = await Reflect.apply(member, target, args)
          return answer
        } catch (error) {
          const id = bytesToHex(random.bytes(4))
          report(id, error)
          return err({ type: 'Internal', id })
        }
      }
    },
  })
}
