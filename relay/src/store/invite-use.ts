import type { InviteRow, NewVault } from './port.ts'

/** Whether a vault may be made with an invite, or was; the one rule of all adapters. An invite ends only while unused. */
export function mayUseInvite(invite: InviteRow, wanted: Pick<NewVault, 'vault' | 'nowMs'>): boolean {
  if (invite.usedBy !== undefined) return invite.usedBy === wanted.vault
  return invite.expiresMs === undefined || invite.expiresMs > wanted.nowMs
}
