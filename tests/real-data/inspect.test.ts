import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { linesOf, salus } from '../cli/salus-command.ts'
import { inFolder } from '../engine/test-devices.ts'
import { DATA_FOLDER, HAS_DATA, observationFacts } from './public-files.ts'

describe.skipIf(!HAS_DATA)('salus inspect over the public FHIR files', () => {
  const facts = observationFacts()

  test('stdout has one line a file, in their order, with the Observations that were counted elsewhere', async () => {
    const paths = facts.map(({ path }) => path)
    const ended = await salus(['inspect', '--json', ...paths], { cwd: DATA_FOLDER })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    const answers = linesOf(ended.stdout).map((line) => JSON.parse(line))
    expect(answers.length).toBe(110)
    expect(answers.map(({ file, source }) => ({ path: file, observations: source.Observation ?? 0 }))).toEqual(facts)
  })

  test('--records writes as many records as the answers say', async () => {
    await inFolder(async (folder) => {
      const paths = facts.map(({ path }) => path)
      const out = join(folder, 'records.ndjson')
      const ended = await salus(['inspect', '--json', '--records', out, ...paths], { cwd: DATA_FOLDER })
      const planned: string[] = linesOf(ended.stdout).flatMap((line) => {
        const { file, records } = JSON.parse(line)
        return Array.from({ length: records.labResult ?? 0 }, () => `${file} labResult`)
      })
      const written = linesOf(readFileSync(out, 'utf8')).map((line) => JSON.parse(line))
      expect(written.map(({ file, kind }) => `${file} ${kind}`)).toEqual(planned)
    })
  })
})
