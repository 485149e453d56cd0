import { bytesToHex, ok, systemRandom } from '@salus/base'
import { type FileInspection, INSPECT_BYTES_MAX, createInspector } from '@salus/engine/headless'
import { type Command, type CommandContext, EXIT, type ExitCode, parseWords, usageFault } from '../command.ts'
import { faultSentence } from '../fault-sentences.ts'
import { complain } from '../open-device.ts'
import { plainText } from '../plain-text.ts'
import { readInputFile } from '../read-input-file.ts'
import { isSystemError, systemErrorSentence } from '../system-error.ts'
import type { Terminal } from '../terminal.ts'
import { WholeFileWriter } from '../whole-file-writer.ts'

export const inspectCommand: Command = {
  form: 'FILE… [--json] [--records FILE]',
  summary: 'says what importing a file would write; writes nothing into any vault',
  details: [
    '--json           one JSON object per FILE on stdout, one line each, in their order; errors too',
    '--records FILE   writes the records that would be made, one JSON object a line',
    '',
    'Exit code 0 when every FILE can be read, else 2.',
  ],
  run: async (words, context) => {
    const parsed = parseWords(words, { json: { type: 'boolean' }, records: { type: 'string' } })
    if (!parsed.ok) return parsed
    const { values, positionals: files } = parsed.value
    if (files.length === 0) return usageFault('Which file?')
    const show = values.json === true ? showAsJson : showToPeople
    const { records } = values
    return ok(
      await (records === undefined ? inspectAll(files, context, show) : inspectInto(records, files, context, show)),
    )
  },
}

/** What is known of one file: what it holds, or why it cannot be read. */
type Inspected =
  { readonly file: string; readonly inspection: FileInspection } | { readonly file: string; readonly error: string }

type Show = (inspected: Inspected, terminal: Terminal) => void

async function inspectInto(
  path: string,
  files: readonly string[],
  context: CommandContext,
  show: Show,
): Promise<ExitCode> {
  const opened = WholeFileWriter.open(path, files, systemRandom)
  if (!opened.ok) return complain(context, opened.error.sentence, EXIT.unusable)
  const writer = opened.value
  try {
    const exit = await inspectAll(files, context, (inspected, terminal) => {
      if ('inspection' in inspected) writeRecords(writer, inspected)
      show(inspected, terminal)
    })
    writer.finish()
    return exit
  } catch (error) {
    if (!isSystemError(error)) throw error
    return complain(context, `${path} cannot be written: ${systemErrorSentence(error)}.`, EXIT.failed)
  } finally {
    writer.discard()
  }
}

async function inspectAll(files: readonly string[], { terminal }: CommandContext, show: Show): Promise<ExitCode> {
  const inspect = await createInspector()
  let exit: ExitCode = EXIT.done
  for (const file of files) {
    const inspected = inspectFile(file, inspect)
    if ('error' in inspected) exit = EXIT.unusable
    show(inspected, terminal)
  }
  return exit
}

function inspectFile(file: string, inspect: Awaited<ReturnType<typeof createInspector>>): Inspected {
  const bytes = readInputFile(file, INSPECT_BYTES_MAX)
  if (!bytes.ok) return { file, error: bytes.error.sentence }
  try {
    const inspection = inspect(bytes.value)
    return inspection.ok ? { file, inspection: inspection.value } : { file, error: faultSentence(inspection.error) }
  } catch {
    // A bug of ours on one file must not keep the others from being looked at.
    return { file, error: `Salus failed at this file by a fault of its own (${bytesToHex(systemRandom.bytes(4))}).` }
  }
}

function writeRecords(
  writer: WholeFileWriter,
  { file, inspection }: Extract<Inspected, { inspection: unknown }>,
): void {
  for (const { id, kind, fields } of inspection.planned) writer.write(`${JSON.stringify({ file, id, kind, fields })}\n`)
}

function showAsJson(inspected: Inspected, terminal: Terminal): void {
  if ('error' in inspected) {
    terminal.print(JSON.stringify(inspected))
    return
  }
  const { format, source, records, from, to, problems } = inspected.inspection
  terminal.print(JSON.stringify({ file: inspected.file, format, source, records, from, to, problems }))
}

function showToPeople(inspected: Inspected, terminal: Terminal): void {
  terminal.print(plainText(inspected.file))
  if ('error' in inspected) {
    terminal.print(`  ${plainText(inspected.error)}`)
    return
  }
  const { format, source, records, from, to, problems } = inspected.inspection
  terminal.print(`  format       ${format}`)
  terminal.print(`  holds        ${countsText(source)}`)
  terminal.print(`  would write  ${countsText(records)}`)
  terminal.print(`  dates        ${from === null || to === null ? 'none' : from === to ? from : `${from} to ${to}`}`)
  for (const { where, reason } of problems) terminal.print(plainText(`  ${where}: ${reason}`))
}

export function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  return parts.length === 0 ? 'nothing' : plainText(parts.join(', '))
}
