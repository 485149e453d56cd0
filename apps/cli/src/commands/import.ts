import { basename } from 'node:path'
import { ok } from '@salus/base'
import type { SalusApi } from '@salus/engine/api'
import { INSPECT_BYTES_MAX } from '@salus/engine/headless'
import {
  type Command,
  type CommandContext,
  DEVICE_OPTIONS,
  EXIT,
  type ExitCode,
  parseWords,
  usageFault,
} from '../command.ts'
import { faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withOpenDevice } from '../open-device.ts'
import { plainText } from '../plain-text.ts'
import { readInputFile } from '../read-input-file.ts'

export const importCommand: Command = {
  form: 'FILE… [--data DIR]',
  summary: 'writes what `inspect` shows into the vault, each FILE as one import',
  details: [
    'A line for each FILE says how many records are new and how to take them back. An import is written as a whole or',
    'not at all; the next sync sends it. Exit code 2 when a FILE cannot be read; the others are imported.',
  ],
  run: async (words, context) => {
    const parsed = parseWords(words, DEVICE_OPTIONS)
    if (!parsed.ok) return parsed
    const { values, positionals: files } = parsed.value
    if (files.length === 0) return usageFault('Which file?')
    const options = { data: values.data, hasNetwork: false }
    return ok(await withOpenDevice(context, options, (engine) => importAll(files, engine, context)))
  },
}

async function importAll(files: readonly string[], engine: SalusApi, context: CommandContext): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done
  for (const file of files) {
    const imported = await importFile(file, engine, context)
    if (imported === EXIT.failed) return imported
    if (imported !== EXIT.done) exit = imported
  }
  return exit
}

async function importFile(file: string, engine: SalusApi, context: CommandContext): Promise<ExitCode> {
  const read = readInputFile(file, INSPECT_BYTES_MAX)
  if (!read.ok) return complain(context, plainText(`${file}: ${read.error.sentence}`), EXIT.unusable)
  const preview = await engine.previewImport({ name: basename(file), bytes: read.value })
  if (!preview.ok) return complain(context, plainText(`${file}: ${faultSentence(preview.error)}`), EXIT.unusable)
  const done = await engine.commitImport(preview.value.previewId)
  if (!done.ok) return complain(context, plainText(`${file}: ${faultSentence(done.error)}`), faultExit(done.error))
  const { importId, written, duplicates } = done.value
  const known = duplicates === 0 ? '' : `, ${duplicates} known already`
  const undo = written === 0 ? '' : ` (undo-import ${importId})`
  context.terminal.print(`${plainText(file)}: ${written} new${known}${undo}`)
  return EXIT.done
}
