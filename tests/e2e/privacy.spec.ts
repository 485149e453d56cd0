import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BrowserContext, Page } from '@playwright/test'
import { argon2id } from '@salus/crypto/argon2id'
import { decodeKeystore, openCoreSecret, unlockKeystore } from '@salus/vault'
import { type Finding, type Needle, scanForNeedles } from '../canary/scan.ts'
import { type Device, type Profile, type Salus, en, expect, test } from './salus.ts'

/** Typed by hand in the app; each stands nowhere else. */
const TYPED = {
  marker: 'Plantedmarkerium 4711',
  value: '48213.77',
  note: 'planted note of kestrel 90417',
  compound: 'Plantedcompoundol 7733',
  amount: '66104.25',
  site: 'planted site 31337',
  search: 'planted search 8814',
  device: 'Planted phone 5521',
  'half-typed note': 'planted half a thought 6620',
}

test('what was typed, the passphrase, the kit and the keys lie nowhere in clear: relay, log, profile, addresses', async ({
  salus,
  makeProfile,
}) => {
  const profile = await makeProfile()
  const phone = await profile.open()
  const seen = watchTraffic(profile.context)
  const kit = await phone.firstRun(await salus.inviteLink(), TYPED.device)
  await typeEverything(phone)
  await phone.isInStep()
  await phone.page.getByRole('link', { name: en.today.logDose }).click()
  await phone.page.getByLabel(en.field.note).fill(TYPED['half-typed note'])
  const needles = [
    ...Object.entries(TYPED).map(([name, value]) => ({ name, value })),
    { name: 'passphrase', value: phone.passphrase },
    ...kit
      .slice(1)
      .map((word, index) => ({ name: `kit words ${index + 1} and ${index + 2}`, value: `${kit[index]} ${word}` })),
    ...(await keysOf(phone)),
  ]
  await phone.lock()
  const alive = await lookIntoRelay(salus, needles)
  await profile.close()
  const asleep = await lookEverywhere(salus, profile, seen, needles)
  expect(whereFound([...alive, ...asleep])).toEqual([])
})

test('the same search finds what is planted in clear in the relay, its log, the profile and an address', async ({
  salus,
  makeProfile,
}) => {
  const profile = await makeProfile()
  const phone = await profile.open()
  const seen = watchTraffic(profile.context)
  await phone.firstRun(await salus.inviteLink())
  const { page } = phone
  const plantIn = (place: string): string => `planted in clear in ${place} 4711`
  await page.evaluate(plantInStorage, {
    local: plantIn('local storage'),
    indexed: plantIn('indexed db'),
    cached: plantIn('cache storage'),
  })
  await page.goto(`${salus.url}/?q=${plantIn('address').replaceAll(' ', '-')}`)
  salus.log.push(plantIn('log'))
  const database = new DatabaseSync(join(salus.folder, 'relay', await databaseName(salus)))
  database.exec('CREATE TABLE planted (text TEXT)')
  database.prepare('INSERT INTO planted VALUES (?)').run(plantIn('relay'))
  const relayNeedles = [{ name: 'relay', value: plantIn('relay') }]
  expect(whereFound(await lookIntoRelay(salus, relayNeedles))).not.toEqual([])
  database.close()
  await profile.close()
  const needles = [
    ...['local storage', 'indexed db', 'cache storage', 'log', 'relay'].map((name) => ({ name, value: plantIn(name) })),
    { name: 'address', value: plantIn('address').replaceAll(' ', '-') },
  ]
  const findings = await lookEverywhere(salus, profile, seen, needles)
  expect([...new Set(findings.map((finding) => finding.needle))].sort()).toEqual(needles.map(({ name }) => name).sort())
})

async function typeEverything(phone: Device): Promise<void> {
  const { page } = phone
  const { dose, field, labs, result, today } = en
  await phone.openLabs()
  await page.getByRole('link', { name: labs.newResult }).first().click()
  await page.getByRole('combobox', { name: result.marker }).fill(TYPED.marker)
  await page.getByRole('listbox').getByRole('option').last().click()
  await page.getByLabel(result.value, { exact: true }).fill(TYPED.value)
  await page.getByLabel(field.note).fill(TYPED.note)
  await phone.button(en.act.save).click()
  await expect(phone.shown(TYPED.value)).toBeVisible()
  const search = page.getByRole('searchbox').first()
  if (await search.isVisible()) {
    await search.fill(TYPED.search)
    await search.press('Enter')
    await search.fill('')
  }
  await page.getByRole('link', { name: TYPED.marker }).first().click()
  await expect(page.getByRole('heading', { name: TYPED.marker })).toBeVisible()

  await page.getByRole('link', { name: en.nav.today, exact: true }).click()
  await page.getByRole('link', { name: today.logDose }).click()
  await page.getByRole('combobox', { name: dose.compound }).fill(TYPED.compound)
  await page.getByRole('listbox').getByRole('option').last().click()
  await page.getByLabel(dose.amount, { exact: true }).fill(TYPED.amount)
  await page.getByLabel(dose.site).fill(TYPED.site)
  await phone.button(dose.log).click()
  await expect(page.locator('a.taken')).toContainText(TYPED.amount)
}

/** The keys that the app held while unlocked, from what lies on the disk and the passphrase. */
async function keysOf(phone: Device): Promise<Needle[]> {
  const stored = await phone.page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('salus')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(new Error('the database did not open'))
    })
    const row: unknown = await new Promise((resolve) => {
      const request = database.transaction('meta').objectStore('meta').get('keystore')
      request.onsuccess = () => resolve(request.result)
    })
    database.close()
    const bytes = typeof row === 'object' && row !== null && 'value' in row ? row.value : undefined
    return bytes instanceof Uint8Array ? [...bytes] : []
  })
  const keystore = decodeKeystore(new Uint8Array(stored))
  if (!keystore.ok) throw new Error('the stored keystore cannot be read')
  const daily = await unlockKeystore(argon2id, keystore.value, phone.passphrase)
  const core = await openCoreSecret(argon2id, keystore.value, phone.passphrase)
  if (!daily.ok || !core.ok) throw new Error('the passphrase does not open the keystore')
  const { keyring, secrets, unlockKey } = daily.value
  const streams = [...keyring.values()].flatMap(({ category, epochs }) =>
    [...epochs].map(([epoch, value]) => ({ name: `key of ${category} ${epoch}`, value })),
  )
  expect(streams.length, 'there are stream keys to look for').toBeGreaterThan(0)
  return [
    { name: 'unlock key', value: unlockKey },
    { name: 'device key x', value: secrets.x },
    { name: 'device key s', value: secrets.s },
    { name: 'core key', value: core.value },
    ...streams,
  ]
}

interface Traffic {
  readonly addresses: string[]
  readonly bodies: Buffer[]
}

/** All addresses that pages ask for and show, and all that they send. */
function watchTraffic(context: BrowserContext): Traffic {
  const traffic: Traffic = { addresses: [], bodies: [] }
  const follow = (page: Page): void => {
    page.on('framenavigated', (frame) => void traffic.addresses.push(frame.url()))
  }
  context.pages().forEach(follow)
  context.on('page', follow)
  context.on('request', (request) => {
    traffic.addresses.push(request.url())
    const body = request.postDataBuffer()
    if (body !== null) traffic.bodies.push(body)
  })
  return traffic
}

/** While it runs, so with its write-ahead log. */
function lookIntoRelay(salus: Salus, needles: readonly Needle[]): Promise<Finding[]> {
  return scanForNeedles([join(salus.folder, 'relay')], needles)
}

async function lookEverywhere(
  salus: Salus,
  profile: Profile,
  traffic: Traffic,
  needles: readonly Needle[],
): Promise<Finding[]> {
  const seen = join(salus.folder, 'seen')
  await mkdir(seen)
  await writeFile(join(seen, 'addresses'), traffic.addresses.join('\n'))
  await writeFile(join(seen, 'bodies'), Buffer.concat(traffic.bodies))
  await writeFile(join(seen, 'log'), salus.log.join('\n'))
  try {
    return await scanForNeedles([profile.folder, join(salus.folder, 'relay'), seen], needles)
  } finally {
    await rm(seen, { recursive: true })
  }
}

function whereFound(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ needle, path, encoding }) => `${needle} in ${path} as ${encoding}`))]
}

async function databaseName(salus: Salus): Promise<string> {
  const name = (await readdir(join(salus.folder, 'relay'))).find((entry) => /\.(db|sqlite)$/.test(entry))
  if (name === undefined) throw new Error('the relay has no database')
  return name
}

/** Runs in the page. */
async function plantInStorage(plants: { local: string; indexed: string; cached: string }): Promise<void> {
  localStorage.setItem('planted', plants.local)
  const cache = await caches.open('planted')
  await cache.put('/planted', new Response(plants.cached))
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('planted', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('rows')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(new Error('the database did not open'))
  })
  await new Promise<void>((resolve) => {
    const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
    transaction.objectStore('rows').put({ text: plants.indexed }, 'row')
    transaction.oncomplete = () => resolve()
  })
  database.close()
}
