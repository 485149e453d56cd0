import { type Random, bytesToHex, err } from '@salus/base'
import type { SalusApi } from './api.ts'
import { PartMissing } from './load-part.ts'

/**
 * The worker's top: a throw, which is a bug, becomes a plain value with an id and without user data. The error itself
 * goes to `report`, which keeps it on this device. A part that could not be fetched is no bug.
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
          if (error instanceof PartMissing) return err({ type: 'PartMissing' })
          const id = bytesToHex(random.bytes(4))
          report(id, error)
          return err({ type: 'Internal', id })
        }
      }
    },
  })
}
