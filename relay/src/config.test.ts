import { describe, expect, it } from 'vitest'
import { LAN_DEFAULTS, ORIGINS_MAX, readConfig, readTrustPort } from './config.ts'

const read = (env: Record<string, string>): ReturnType<typeof readConfig> => readConfig(env, '/srv/home')

describe('The settings', () => {
  it('have the defaults of the README', () => {
    expect(read({})).toEqual({
      ok: true,
      value: {
        port: 8787,
        host: '127.0.0.1',
        dataDir: '/srv/home/.salus',
        origins: [],
        corsOrigins: [],
        connectOrigins: [],
      },
    })
  })

  it('are taken from the environment', () => {
    const env = {
      PORT: '0',
      HOST: '0.0.0.0',
      SALUS_DATA: '/srv/salus',
      SALUS_ORIGIN: 'https://salus.example',
      SALUS_ORIGINS: 'https://a.example, http://localhost:5173,',
      SALUS_CONNECT: 'https://other.example:8443',
    }
    expect(read(env)).toEqual({
      ok: true,
      value: {
        port: 0,
        host: '0.0.0.0',
        dataDir: '/srv/salus',
        origins: ['https://salus.example'],
        corsOrigins: ['https://a.example', 'http://localhost:5173'],
        connectOrigins: ['https://other.example:8443'],
      },
    })
  })

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80a'],
    ['PORT', '1e3'],
    ['PORT', ' 80'],
    ['HOST', ''],
    ['HOST', 'a b'],
    ['HOST', 'http://x'],
    ['SALUS_DATA', ' '],
    ['SALUS_ORIGIN', 'salus.example'],
    ['SALUS_ORIGIN', 'http://salus.example'],
    ['SALUS_ORIGIN', 'https://salus.example/'],
    ['SALUS_ORIGIN', 'https://salus.example/app'],
    ['SALUS_ORIGIN', 'https://Salus.example'],
    ['SALUS_ORIGIN', 'https://salus.example:443'],
    ['SALUS_ORIGINS', '*'],
    ['SALUS_ORIGINS', 'null'],
    ['SALUS_CONNECT', "https://a.example; script-src 'unsafe-inline'"],
    ['SALUS_CONNECT', 'https://*.example'],
    ['SALUS_CONNECT', 'wss://a.example'],
  ])('are an error that names %s when it is %j', (name, value) => {
    const config = read({ [name]: value })
    expect(config).toMatchObject({ ok: false, error: { type: 'BadSetting', name } })
    expect(!config.ok && config.error.message.startsWith(name)).toBe(true)
  })

  it('default to all addresses and 8443 on a home network, and PORT and HOST still rule', () => {
    expect(readConfig({}, '/srv/home', LAN_DEFAULTS)).toMatchObject({ value: { port: 8443, host: '::' } })
    expect(readConfig({ PORT: '443', HOST: '192.168.1.5' }, '/srv/home', LAN_DEFAULTS)).toMatchObject({
      value: { port: 443, host: '192.168.1.5' },
    })
    expect(readTrustPort({})).toEqual({ ok: true, value: 8442 })
    expect(readTrustPort({ SALUS_TRUST_PORT: '0' })).toEqual({ ok: true, value: 0 })
    expect(readTrustPort({ SALUS_TRUST_PORT: '65536' })).toMatchObject({ error: { name: 'SALUS_TRUST_PORT' } })
  })

  it('take the highest port and so many origins', () => {
    const origins = (count: number): string => Array.from({ length: count }, (_, i) => `https://s${i}.example`).join()
    expect(read({ PORT: '65535' }).ok).toBe(true)
    expect(read({ SALUS_ORIGINS: origins(ORIGINS_MAX) }).ok).toBe(true)
    expect(read({ SALUS_ORIGINS: origins(ORIGINS_MAX + 1) }).ok).toBe(false)
  })
})
