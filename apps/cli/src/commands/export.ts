import { ok, systemRandom } from '@salus/base'
import type { SalusApi } from '@salus/engine/api'
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
import { isSystemError, systemErrorSentence } from '../system-error.ts'
import { WholeFileWriter } from '../whole-file-writer.ts'

export const exportCommand: Command = {
  form: '--format json|csv [--out FILE] [--data DIR]',
  summary: 'writes all records in the clear, as JSON or as a table',
  details: [
    '--format json   every record with all of its fields',
    '--format csv    results and doses as one table',
    '--out FILE      into this file, readable by you alone, instead of stdout',
  ],
  run: async (words, context) => {
    const parsed = parseWords(words, { ...DEVICE_OPTIONS, format: { type: 'string' }, out: { type: 'string' } })
    if (!parsed.ok) return parsed
    const { values, positionals } = parsed.value
    if (positionals.length > 0) return usageFault('export takes no further words')
    const { format, out, data } = values
    if (format !== 'json' && format !== 'csv') return usageFault('--format is json or csv')
    return ok(
      await withOpenDevice(context, { data, hasNetwork: false }, (engine) => exportTo(engine, context, format, out)),
    )
  },
}

async function exportTo(
  engine: SalusApi,
  context: CommandContext,
  format: 'json' | 'csv',
  path: string | undefined,
): Promise<ExitCode> {
  const exported = await engine.exportRecords(format)
  if (!exported.ok) return complain(context, faultSentence(exported.error), faultExit(exported.error))
  if (path === undefined) {
    context.terminal.write(exported.value)
    return EXIT.done
  }
  const opened = WholeFileWriter.open(path, [], systemRandom)
  if (!opened.ok) return complain(context, opened.error.sentence, EXIT.unusable)
  try {
    opened.value.write(exported.value)
    opened.value.finish()
    return EXIT.done
  } catch (error) {
    if (!isSystemError(error)) throw error
    return complain(context, `${path} cannot be written: ${systemErrorSentence(error)}.`, EXIT.failed)
  } finally {
    opened.value.discard()
  }
}
