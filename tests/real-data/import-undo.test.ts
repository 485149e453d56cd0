import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SalusApi } from '@salus/engine/api'
import { createHeadlessEngine } from '@salus/engine/headless'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSPHRASE, cheapDerive, inFolder, labResult, value } from '../engine/test-devices.ts'
import { DATA_FOLDER, HAS_DATA, observationFacts } from './public-files.ts'

describe.skipIf(!HAS_DATA)('an import of a public FHIR file', () => {
  let engine: SalusApi
  let finish: () => void
  let whole: Promise<void>
  beforeAll(async () => {
    await new Promise<void>((ready, fail) => {
      whole = inFolder(async (folder) => {
        engine = createHeadlessEngine({ path: join(folder, 'vault.db'), derive: cheapDerive })
        await engine.drawKit()
        value(await engine.createVault({ passphrase: PASSPHRASE, deviceName: 'server' }))
        value(await engine.addLabResult(labResult()))
        await new Promise<void>((resolve) => {
          finish = resolve
          ready()
        })
        await engine.lock()
      })
      whole.catch(fail)
    })
  })
  afterAll(async () => {
    finish()
    await whole
  })

  test.each(observationFacts())(
    '$path: read, written, the second time nothing, undone as one',
    async ({ path, observations }) => {
      const file = { name: path, bytes: new Uint8Array(readFileSync(join(DATA_FOLDER, path))) }
      const before = value(await engine.stateHashes()).state

      const preview = value(await engine.previewImport(file))
      expect(preview.source['Observation'] ?? 0).toBe(observations)
      const planned = preview.newRecords['labResult'] ?? 0
      expect(preview.duplicates).toBe(0)
      const done = value(await engine.commitImport(preview.previewId))
      expect(done.written).toBe(planned)
      expect(value(await engine.read({ name: 'labs' })).count).toBe(1 + planned)

      const imported = value(await engine.stateHashes()).state
      const second = value(await engine.previewImport(file))
      expect([second.newRecords, second.duplicates]).toEqual([{}, planned])
      expect(value(await engine.commitImport(second.previewId)).written).toBe(0)
      expect(value(await engine.stateHashes()).state).toBe(imported)

      if (planned > 0) expect(value(await engine.undoImport(done.importId))).toEqual({ removed: planned })
      expect(value(await engine.stateHashes()).state).toBe(before)
    },
  )
})
