import { bytesToUtf8 } from '@salus/base'
import { CORE_ENTRY_BYTES_MAX, WRAPS_BYTES_MAX, applyCoreEntry, decodeFrames } from '@salus/wire'
import type { Hono } from 'hono'
import { withBody } from '../../bounded-body.ts'
import { clientAddress } from '../../client-address.ts'
import { limitRate } from '../../limit-rate.ts'
import { INVITE_CHARACTERS_MAX } from '../../limits.ts'
import { refuse, reply } from '../../reply.ts'
import { hashOfText } from '../../relay-crypto.ts'
import type { RelayContext, RelayEnv, RelayServices } from '../../relay-services.ts'

/** Bytes of a request: invite, genesis entry and wraps with their lengths. */
export const NEW_VAULT_BYTES_MAX = INVITE_CHARACTERS_MAX + CORE_ENTRY_BYTES_MAX + WRAPS_BYTES_MAX + 12

/** `POST /v1/vaults` (S4). */
export function addVaultsRoute(app: Hono<RelayEnv>, services: RelayServices): void {
  app.post('/v1/vaults', limitRate(services, 'vaults'), (c) =>
    withBody(c, services.newVaultBytesInFlight, NEW_VAULT_BYTES_MAX, async (body) => {
      const frames = decodeFrames(body, 3)
      if (!frames.ok) return refuse(c, 400, 'Malformed', { what: frames.error.what })
      const [inviteBytes, genesis, wraps] = frames.value
      const invite = inviteBytes && bytesToUtf8(inviteBytes)
      if (genesis === undefined || wraps === undefined || !invite?.ok)
        return refuse(c, 400, 'Malformed', { what: 'frames' })
      // Asked first, and cheaply: without an invite nobody makes the relay check signatures.
      if (!(await isInvite(services, invite.value))) return refuseInvite(c, services)
      const core = applyCoreEntry(services.crypto, undefined, genesis, { wraps, links: undefined })
      if (!core.ok)
        return refuse(c, 400, 'Malformed', { what: core.error.type === 'CoreRuleBroken' ? core.error.rule : 'genesis' })
      const created = await services.store.createVault({
        vault: core.value.vault,
        kit: core.value.kit.id,
        genesis,
        wraps,
        inviteHash: hashOfText(invite.value),
        nowMs: services.clock.nowMs(),
      })
      if (!created.ok) return refuseInvite(c, services)
      return reply(c, 201, null)
    }),
  )
}

async function isInvite(services: RelayServices, text: string): Promise<boolean> {
  return text.length <= INVITE_CHARACTERS_MAX && (await services.store.invite(hashOfText(text))) !== undefined
}

function refuseInvite(c: RelayContext, services: RelayServices): Response {
  services.securityLog.refused('invite-refused', 'invite', clientAddress(c))
  return refuse(c, 403, 'InviteRefused')
}
