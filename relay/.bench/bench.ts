import { connect } from 'node:net'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { startRelayProcess } from '/work/main/relay/src/testing/relay-process.ts'
import { TestClient } from '/work/main/relay/src/testing/test-relay.ts'
import { TestVault } from '/work/main/relay/src/testing/test-vault.ts'
import { SqliteStore } from '/work/main/relay/src/store/sqlite-store.ts'
import { createInvite } from '/work/main/relay/src/invites.ts'
import { systemClock, systemRandom } from '@salus/base'
import { encodeFrames } from '@salus/wire'

const CLIENTS = Number(process.argv[2] ?? 50), SECONDS = Number(process.argv[3] ?? 5), CT = Number(process.argv[4] ?? 528), PER = Number(process.argv[5] ?? 1500)
const mode = process.argv[6] ?? 'relay'
const dir = mkdtempSync('/tmp/w/relay/bench-')
const vaults = Array.from({ length: CLIENTS }, () => new TestVault())
let url: string, child: import('node:child_process').ChildProcess
let heads: string[]
if (mode === 'relay') {
  const s = new SqliteStore(dir, systemRandom)
  const invites = []
  for (const _ of vaults) invites.push(await createInvite({ store: s, clock: systemClock, random: systemRandom }))
  await s.close()
  child = spawn(process.execPath, [...(process.env['PROF'] ? ['--cpu-prof', '--cpu-prof-dir=/tmp/w/relay/prof'] : []), '/work/main/relay/.bench/serve.ts', dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  url = await new Promise((r) => child.stdout!.once('data', (d) => r(String(d).trim())))
  heads = []
  for (const [i, v] of vaults.entries()) {
    const c = new TestClient((p, init) => fetch(url + p, init), url)
    const made = await c.createVault(invites[i]!, v.genesis)
    if (made.status !== 201) throw new Error('vault ' + made.status)
    await c.authenticate(v.id, v.device)
    heads.push(`POST /v1/streams/${v.stream}/batches HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer ${c.token}\r\n`)
  }
} else {
  child = spawn(process.execPath, ['/work/main/relay/.bench/floor.ts', dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  url = await new Promise((r) => child.stdout!.once('data', (d) => r(String(d).trim())))
  heads = vaults.map((v) => `POST /v1/streams/${v.stream}/batches HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`)
}
const reqs = vaults.map((v, i) => Array.from({ length: PER }, () => {
  const body = encodeFrames([v.batch({ ciphertextBytes: CT })])
  return Buffer.concat([Buffer.from(heads[i] + `Content-Length: ${body.length}\r\n\r\n`), body])
}))
const cpu = () => { const f = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' '); return (Number(f[13]) + Number(f[14])) * 10 }
const lat: number[] = []
let acks = 0, bad = 0
const c0 = cpu(), t0 = performance.now()
await Promise.all(reqs.map((list) => new Promise<void>((done) => {
  const s = connect(Number(new URL(url).port), '127.0.0.1'); s.setNoDelay(true)
  let k = 0, at = 0
  const send = () => { if (k >= list.length || performance.now() - t0 > SECONDS * 1000) { s.destroy(); done(); return } at = performance.now(); s.write(list[k++]!) }
  s.on('connect', send)
  s.on('data', (d) => { if (d.toString('latin1', 9, 12) === '200') acks++; else { bad++; if (bad < 3) console.log(d.toString()) } lat.push(performance.now() - at); send() })
})))
const dt = performance.now() - t0, c1 = cpu()
lat.sort((a, b) => a - b)
console.log(JSON.stringify({ mode, clients: CLIENTS, ct: CT, acks, bad, perSecond: Math.round(acks / dt * 1000), p50: +lat[lat.length >> 1]!.toFixed(2), p95: +lat[Math.floor(lat.length * .95)]!.toFixed(2), cpuMsPerAck: +((c1 - c0) / acks).toFixed(3) }))
child.kill(process.env['PROF'] ? 'SIGTERM' : 'SIGKILL'); await new Promise((r) => child.once('exit', r)); rmSync(dir, { recursive: true, force: true }); process.exit(0)
