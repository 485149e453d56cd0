import { ok } from '@salus/base'
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

export const verifyCommand: Command = {
  form: '[--data DIR]',
  summary: 'checks every chain and every signature on this device again',
  details: [
    'Prints the frontier, one chain a line: stream, device, number and hash of its newest batch. What is wrong goes to',
    'stderr, and the exit code is 1.',
  ],
  run: async (words, context) => {
    const parsed = parseWords(words, DEVICE_OPTIONS)
    if (!parsed.ok) return parsed
    if (parsed.value.positionals.length > 0) return usageFault('verify takes no further words')
    const options = { data: parsed.value.values.data, hasNetwork: false }
    return ok(await withOpenDevice(context, options, (engine) => verify(engine, context)))
  },
}

async function verify(engine: SalusApi, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context
  const verified = await engine.verifyAll()
  if (!verified.ok) return complain(context, faultSentence(verified.error), faultExit(verified.error))
  const { batches, coreEntries, frontier, faults } = verified.value
  for (const { stream, device, seq, hash } of frontier) terminal.print(`${stream} ${device} ${seq} ${hash}`)
  for (const fault of faults) terminal.remark(`salus: ${fault}`)
  const counted = `${coreEntries} core entries, ${batches} batches in ${frontier.length} chains`
  if (faults.length > 0) return complain(context, `${counted}: ${faults.length} not as they should be.`, EXIT.failed)
  terminal.remark(`${counted}: all sound.`)
  return EXIT.done
}
