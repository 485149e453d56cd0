import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '@salus/base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { STARTUP_INVITE_FILE, startupInvite } from './startup-invite.ts'
import { MemoryStore } from './store/memory-store.ts'
import { TestRelay } from './testing/test-relay.ts'
import { TestClient } from './testing/test-relay.ts'
import { TestVault } from './testing/test-vault.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-relay-invite-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('The invite that is printed at each start', () => {
  it('is the same until a vault was made with it, and then none', async () => {
    const relay = new TestRelay()
    const deps = { store: relay.store, clock: systemClock, random: systemRandom }
    const first = await startupInvite(deps, folder)
    expect(first).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(await startupInvite(deps, folder)).toBe(first)
    expect((await new TestClient(relay.fetch, '').createVault(first ?? '', new TestVault().genesis)).status).toBe(201)
    expect(await startupInvite(deps, folder)).toBeUndefined()
    expect(await startupInvite(deps, folder)).toBeUndefined()
  })

  it('lies in a file of mode 600', async () => {
    await startupInvite({ store: new MemoryStore(systemRandom), clock: systemClock, random: systemRandom }, folder)
    expect((statSync(join(folder, STARTUP_INVITE_FILE)).mode & 0o777).toString(8)).toBe('600')
  })

  it('is made anew for a database that does not know it', async () => {
    const deps = (): Parameters<typeof startupInvite>[0] => ({
      store: new MemoryStore(systemRandom),
      clock: systemClock,
      random: systemRandom,
    })
    const first = await startupInvite(deps(), folder)
    const second = await startupInvite(deps(), folder)
    expect(second).not.toBe(first)
    expect(readFileSync(join(folder, STARTUP_INVITE_FILE), 'utf8')).toBe(`${second ?? ''}\n`)
  })
})
