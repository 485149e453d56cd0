import { type Bytes, bytesToBase64Url } from '@salus/base'
import { type CoreState, type DeviceId, NONCE_TTL_MS, type VaultId, ZERO_VAULT, authSigningInput } from '@salus/wire'
import type { Hono } from 'hono'
import { withBody } from '../../bounded-body.ts'
import { clientAddress } from '../../client-address.ts'
import { streamsOf } from '../../core-states.ts'
import { ExpiringMap } from '../../expiring-map.ts'
import { limitRate } from '../../limit-rate.ts'
import { AUTH_BYTES_MAX } from '../../limits.ts'
import { refuse, replyJson } from '../../reply.ts'
import type { RelayContext, RelayEnv, RelayServices } from '../../relay-services.ts'
import { type AuthRequest, NONCE_BYTES, decodedKey, parseAuthRequest } from './auth-request.ts'

/** A key of nobody (the base point, RFC 8032 §5.1): verified against where the signer is unknown, so that it takes as long. */
const NOBODY: Bytes = new Uint8Array(32).fill(0x66)
NOBODY[0] = 0x58

/** `POST /v1/auth/challenge` and `POST /v1/auth` (S2). */
export function addAuthRoutes(app: Hono<RelayEnv>, services: RelayServices): void {
  const nonces = new ExpiringMap<true>(services.clock, NONCE_TTL_MS, services.limits.noncesMax)
  const limited = limitRate(services, 'auth')

  app.post('/v1/auth/challenge', limited, (c) => {
    const nonce = bytesToBase64Url(services.random.bytes(NONCE_BYTES))
    nonces.set(nonce, true)
    return replyJson(c, { nonce })
  })

  app.post('/v1/auth', limited, (c) =>
    withBody(c, services.bytesInFlight, AUTH_BYTES_MAX, async (body) => {
      const request = parseAuthRequest(body)
      if (!request.ok) return refuse(c, 400, 'Malformed', { what: request.error.what })
      // Spent by the first who names it, whatever comes of it.
      if (!nonces.take(request.value.nonceText)) return refuseAuth(c, services, 'nonce')
      if (!services.origins().includes(request.value.origin)) return refuseAuth(c, services, 'origin')
      const vault = await vaultOfSigner(services, request.value)
      if (vault === undefined) return refuseAuth(c, services, 'signature')
      const { token, expiresMs } = services.tokens.issue({ vault, signer: request.value.signer })
      return replyJson(c, { expiresMs, token, vault })
    }),
  )
}

/** The vault that the request's signer belongs to; undefined for an unknown vault or signer and a wrong signature alike. */
async function vaultOfSigner(services: RelayServices, request: AuthRequest): Promise<VaultId | undefined> {
  const vault = request.vault ?? (await services.store.vaultOfKit(request.signer))
  const core = vault && (await services.coreStates.at(vault))
  const key = core && signingKeyOf(core, request.signer)
  const message = authSigningInput(request.vault ?? ZERO_VAULT, request.origin, request.nonce)
  const isSigned = services.crypto.verifyEd25519(key ?? NOBODY, message, request.signature)
  return isSigned && key !== undefined ? vault : undefined
}

function signingKeyOf(core: CoreState, signer: DeviceId): Bytes | undefined {
  if (streamsOf(core, signer) === undefined) return undefined
  const keys = signer === core.kit.id ? core.kit.keys : core.devices.get(signer)?.keys
  return keys && decodedKey(keys.s)
}

function refuseAuth(c: RelayContext, services: RelayServices, reason: 'nonce' | 'origin' | 'signature'): Response {
  services.securityLog.refused('auth-refused', reason, clientAddress(c))
  return refuse(c, 401, 'Refused')
}
