import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLI, type RelayProcess, startRelayProcess } from './testing/relay-process.ts'
import { TestClient } from './testing/test-relay.ts'
import { TestVault } from './testing/test-vault.ts'

let folder = ''
const started: RelayProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'salus-relay-main-'))
})
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

async function start(env: Record<string, string> = {}): Promise<RelayProcess> {
  const relay = await startRelayProcess(folder, env)
  started.push(relay)
  return relay
}

function cli(
  words: string[],
  env: Record<string, string> = {},
): { status: number | null; out: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], {
    env: { ...process.env, SALUS_DATA: folder, ...env },
    encoding: 'utf8',
  })
  return { status, out: stdout, errors: stderr }
}

function createVault(relay: RelayProcess, invite: string): Promise<Response> {
  return new TestClient((path, init) => fetch(relay.url + path, init), relay.url).createVault(
    invite,
    new TestVault().genesis,
  )
}

describe('npm start', () => {
  it('prints its address and an invite that stays until it is used, over restarts and a signal', async () => {
    const first = await start()
    expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(first.invite).toMatch(/^[A-Za-z0-9_-]{22}$/)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    const second = await start()
    expect(second.invite).toBe(first.invite)
    expect((await createVault(second, second.invite ?? '')).status).toBe(201)
    second.child.kill('SIGINT')
    expect(await second.ended).toBe(0)
    expect((await start()).invite).toBeUndefined()
  })

  it('says what is wrong with a setting and ends with 2', async () => {
    await expect(start({ PORT: 'http' })).rejects.toThrow(/PORT must be a number/)
    await expect(start({ SALUS_CONNECT: 'x' })).rejects.toThrow(/SALUS_CONNECT/)
  })

  it('says that its port is in use', async () => {
    const relay = await start()
    const port = new URL(relay.url).port
    await expect(startRelayProcess(join(folder, 'other'), { PORT: port })).rejects.toThrow(`port ${port} is in use`)
  })
})

describe('npm run -s relay', () => {
  it('makes an invite while the relay runs, and prints its link alone', async () => {
    const relay = await start()
    const { errors, out, status } = cli(['invite'])
    expect([status, errors]).toEqual([0, ''])
    const link = new RegExp(`^${relay.url}/#invite=([A-Za-z0-9_-]{22})\n$`).exec(out)
    expect((await createVault(relay, link?.[1] ?? '')).status).toBe(201)
    expect((await createVault(relay, link?.[1] ?? '')).status).toBe(403)
  })

  it('makes a link to the public origin when there is one', () => {
    expect(cli(['invite'], { SALUS_ORIGIN: 'https://salus.example' }).out).toMatch(
      /^https:\/\/salus\.example\/#invite=/,
    )
    expect(cli(['invite'], { PORT: '9000' }).out).toMatch(/^http:\/\/127\.0\.0\.1:9000\/#invite=/)
  })

  it('has help, and refuses what it does not know', () => {
    expect(cli(['help'])).toMatchObject({ status: 0, errors: '' })
    expect(cli(['help']).out).toContain('invite')
    expect(cli(['nonsense'])).toMatchObject({ status: 2, out: '' })
    expect(cli(['invite', 'more'])).toMatchObject({ status: 2, out: '' })
  })

  it("shows, renews and removes the home network's authority", async () => {
    expect(cli(['lan'])).toMatchObject({ status: 1, out: '' })
    const relay = await startRelayProcess(folder, { SALUS_TRUST_PORT: '0', HOST: '127.0.0.1' }, ['--lan'])
    started.push(relay)
    expect(relay.url).toMatch(/^https:/)
    const shown = cli(['lan'])
    expect([shown.status, shown.errors]).toEqual([0, ''])
    expect(shown.out).toMatch(/([0-9A-F]{2}[:\s]+){31}[0-9A-F]{2}/)
    expect(cli(['lan', 'renew'])).toMatchObject({ status: 0, errors: '' })
    expect(cli(['invite']).out).toContain(`${relay.url}/#invite=`)
    expect(cli(['lan', 'remove'])).toMatchObject({ status: 0, errors: '' })
    expect(cli(['lan'])).toMatchObject({ status: 1, out: '' })
    expect(cli(['lan', 'nonsense'])).toMatchObject({ status: 2, out: '' })
  })
})
