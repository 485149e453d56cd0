import { execFileSync } from 'node:child_process'
import { link, mkdir, readFile, readdir, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { inFolder } from '../engine/test-devices.ts'
import { bundleOf, ndjsonOf, observation } from './observation-files.ts'
import { type Ended, linesOf, salus, startSalus } from './salus-command.ts'

const ABOVE_MAX_BYTES = 100 * 1024 * 1024 + 1

/** Files of every sort, in this order, looked at by one command. */
const FILES = [
  'bundle.json',
  'missing.json',
  'lines.ndjson',
  'folder',
  'large.json',
  'broken.json',
  'text.txt',
  'empty',
  'bundle.json',
  'person.xml',
  '-x.json',
]

async function writeFiles(folder: string): Promise<void> {
  await writeFile(join(folder, 'bundle.json'), bundleOf(3))
  const line = { ...observation(9), contained: [observation(10)], category: [] }
  await writeFile(join(folder, 'lines.ndjson'), `${ndjsonOf(2)}${JSON.stringify(line)}\nnot json\n`)
  await mkdir(join(folder, 'folder'))
  await writeFile(join(folder, 'large.json'), '')
  await truncate(join(folder, 'large.json'), ABOVE_MAX_BYTES)
  await writeFile(join(folder, 'broken.json'), '{"resourceType": "Observation", ')
  await writeFile(join(folder, 'text.txt'), 'Testosterone 577 ng/dL')
  await writeFile(join(folder, 'empty'), '')
  await writeFile(join(folder, 'person.xml'), '<Person/>')
  await writeFile(join(folder, '-x.json'), JSON.stringify({ ...observation(1), status: 'entered-in-error' }))
}

describe('inspect --json', () => {
  let ended: Ended
  let answers: Record<string, unknown>[]
  beforeAll(async () => {
    await inFolder(async (folder) => {
      await writeFiles(folder)
      ended = await salus(['inspect', '--json', '--', ...FILES], { cwd: folder })
      answers = linesOf(ended.stdout).map((line) => JSON.parse(line) as Record<string, unknown>)
    })
  })

  test('stdout carries one object a file in the order of the arguments, errors and repeats too', () => {
    expect(answers.map((answer) => answer['file'])).toEqual(FILES)
    expect(ended.stderr).toBe('')
  })

  test('a file that cannot be read has its reason in words, the others are read, and the exit code is 2', () => {
    expect(ended.code).toBe(2)
    expect(answers.map((answer) => answer['error'] ?? 'read')).toEqual([
      'read',
      'The file cannot be read: there is no such file or folder.',
      'read',
      'This is a folder, not a file.',
      'The file is larger than 100 MiB.',
      expect.stringMatching(/^Not valid JSON: /),
      expect.stringMatching(/^Unknown format: /),
      'The file is empty.',
      'read',
      expect.stringMatching(/^Unknown format: /),
      'read',
    ])
    for (const answer of answers) if ('error' in answer) expect(Object.keys(answer)).toEqual(['file', 'error'])
  })

  test('what can be read has the members that are promised, contained observations among them', () => {
    expect(answers[0]).toEqual({
      file: 'bundle.json',
      format: 'fhir-r4-json',
      source: { Observation: 3 },
      records: { labResult: 3 },
      from: '2010-03-01',
      to: '2012-03-03',
      problems: [],
    })
    expect(answers[2]).toMatchObject({
      format: 'fhir-r4-ndjson',
      source: { Observation: 4 },
      records: { labResult: 4 },
    })
    expect(answers[2]?.['problems']).toEqual([
      { where: 'line 4', reason: expect.stringMatching(/^Line 4 is not JSON/) },
    ])
    expect(answers[10]).toMatchObject({
      source: { Observation: 1 },
      records: {},
      from: null,
      to: null,
      problems: [{ where: 'file', reason: expect.stringContaining('entered in error') }],
    })
  })
})

test('a pipe is read like a file', async () => {
  await inFolder(async (folder) => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const [ended] = await Promise.all([salus(['inspect', '--json', pipe]), writeFile(pipe, bundleOf(2))])
    expect(JSON.parse(ended.stdout)).toMatchObject({ file: pipe, source: { Observation: 2 } })
    expect(ended.code).toBe(0)
  })
})

test('without --json people read a table, in which a file cannot steer their terminal', async () => {
  await inFolder(async (folder) => {
    const named = { ...observation(1), code: { text: '\u001b[2J\u009b31mTestosterone' }, status: 'entered-in-error' }
    await writeFile(
      join(folder, 'a.json'),
      JSON.stringify({ resourceType: 'Bundle', entry: [{ resource: observation(2) }, { resource: named }] }),
    )
    const ended = await salus(['inspect', 'a.json', 'none.json'], { cwd: folder })
    expect(ended.code).toBe(2)
    expect(ended.stdout).toMatch(
      /^a\.json\n {2}format +fhir-r4-json\n {2}holds +2 Observation\n {2}would write +1 labResult\n {2}dates +2012-03-03\n/,
    )
    expect(ended.stdout).toContain('none.json\n  The file cannot be read: there is no such file or folder.\n')
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(ended.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})

describe('--records', () => {
  test('writes the planned records of all files that can be read, for their owner alone', async () => {
    await inFolder(async (folder) => {
      await writeFiles(folder)
      const words = ['inspect', '--json', 'bundle.json', 'missing.json', 'lines.ndjson', '--records', 'out.ndjson']
      const ended = await salus(words, { cwd: folder })
      expect(ended.code).toBe(2)
      expect(linesOf(ended.stdout).length).toBe(3)
      const records = linesOf(await readFile(join(folder, 'out.ndjson'), 'utf8')).map((line) => JSON.parse(line))
      expect(records.map(({ file, kind }) => [file, kind])).toEqual([
        ...Array.from({ length: 3 }, () => ['bundle.json', 'labResult']),
        ...Array.from({ length: 4 }, () => ['lines.ndjson', 'labResult']),
      ])
      expect(records[0]).toMatchObject({
        fields: { label: 'Testosterone', value: { kind: 'quantity', text: '200', unit: 'ng/dL' } },
      })
      // The same result has one id, whatever file it stands in.
      expect(records[3].id).toBe(records[0].id)
      expect((await stat(join(folder, 'out.ndjson'))).mode & 0o777).toBe(0o600)
      expect((await readdir(folder)).filter((name) => name.includes('out'))).toEqual(['out.ndjson'])
    })
  })

  test('replaces what an earlier run has written, and never a file that is to be read', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'a.json'), bundleOf(1))
      await symlink('a.json', join(folder, 'soft'))
      await link(join(folder, 'a.json'), join(folder, 'hard'))
      for (const target of ['a.json', './a.json', 'soft', 'hard', '/dev/null', '.', 'no/folder']) {
        const ended = await salus(['inspect', 'a.json', '--json', '--records', target], { cwd: folder })
        expect([target, ended.code, ended.stdout]).toEqual([target, 2, ''])
        expect(ended.stderr).toMatch(/^salus: .* cannot be written: /)
      }
      expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe(bundleOf(1))
      await writeFile(join(folder, 'out'), 'earlier')
      expect((await salus(['inspect', 'a.json', '--records', 'out'], { cwd: folder })).code).toBe(0)
      expect(linesOf(await readFile(join(folder, 'out'), 'utf8')).length).toBe(1)
      expect((await readdir(folder)).toSorted()).toEqual(['a.json', 'hard', 'out', 'soft'])
    })
  })
})

test('a reader that goes away early ends the command without a word', async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'a.json'), bundleOf(1))
    const files = Array.from({ length: 4_000 }, () => 'missing.json')
    const running = startSalus(['inspect', '--json', 'a.json', ...files], { cwd: folder })
    await running.untilStdout(/\n/)
    running.child.stdout.destroy()
    const ended = await running.ended
    expect([ended.code, ended.stderr]).toEqual([141, ''])
  })
})
