import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { serveStillPage } from '../browsers/still-page.ts'
import { scanForNeedles } from '../canary/scan.ts'

/** Repeats the first words of the plant before it, so that a browser which packs values packs this one. */
const PADDING = 'planted-in-, planted-in- '
const PLACES = ['local-storage', 'indexed-db-text', 'indexed-db-bytes', 'indexed-db-key', 'cache-storage', 'address']
const plantOf = (place: string) => `planted-in-${place}-4711`

/** The scan that must find nothing after real use is worth only what this one finds. */
test('what is planted in clear in each place of a browser profile is found', async ({
  playwright,
  browserName,
}, info) => {
  const profile = mkdtempSync(join(tmpdir(), 'salus-planted-'))
  const site = await serveStillPage('<!doctype html><title>Planted</title>')
  const { launchOptions, channel } = info.project.use
  const context = await playwright[browserName].launchPersistentContext(profile, {
    ...launchOptions,
    ...(channel !== undefined && { channel }),
  })
  try {
    const page = await context.newPage()
    await page.goto(site.url)
    await page.evaluate(
      async ({ padding, plants }) => {
        localStorage.setItem('item', plants['local-storage'] ?? '')
        const database = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open('plants', 1)
          request.onupgradeneeded = () => request.result.createObjectStore('rows')
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(new Error('the database did not open'))
        })
        await new Promise<void>((resolve) => {
          const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
          const rows = transaction.objectStore('rows')
          rows.put({ text: padding.repeat(60) + plants['indexed-db-text'] }, 'text')
          rows.put(new TextEncoder().encode(padding.repeat(5000) + plants['indexed-db-bytes']), 'bytes')
          rows.put(1, plants['indexed-db-key'])
          transaction.oncomplete = () => resolve()
        })
        database.close()
        const cache = await caches.open('plants')
        await cache.put('/plant', new Response(padding.repeat(300) + plants['cache-storage']))
      },
      { padding: PADDING, plants: Object.fromEntries(PLACES.map((place) => [place, plantOf(place)])) },
    )
    await page.goto(`${site.url}?q=${plantOf('address')}`)
  } finally {
    await context.close()
    await site.close()
  }
  try {
    const findings = await scanForNeedles(
      [profile],
      PLACES.map((place) => ({ name: place, value: plantOf(place) })),
    )
    expect([...new Set(findings.map((finding) => finding.needle))].sort()).toEqual([...PLACES].sort())
  } finally {
    rmSync(profile, { recursive: true, force: true })
  }
})
