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
import { alarmSentence, faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withOpenDevice } from '../open-device.ts'
import { plainText } from '../plain-text.ts'

export const syncCommand: Command = {
  form: '[--data DIR]',
  summary: 'sends what waits here, fetches what is new, and checks the relay',
  details: ['Exit code 0 in step, 1 with an alarm or when the relay refuses, 3 when it cannot be reached.'],
  run: async (words, context) => {
    const parsed = parseWords(words, DEVICE_OPTIONS)
    if (!parsed.ok) return parsed
    if (parsed.value.positionals.length > 0) return usageFault('sync takes no further words')
    const options = { data: parsed.value.values.data, hasNetwork: true }
    return ok(await withOpenDevice(context, options, (engine) => sync(engine, context)))
  },
}

async function sync(engine: SalusApi, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context
  const synced = await engine.syncNow()
  const read = await engine.read({ name: 'sync' })
  if (!read.ok) return complain(context, faultSentence(read.error), faultExit(read.error))
  const { waiting, relayUrl, refusal, state, needsUpdate } = read.value
  const alarms = read.value.alarms.filter(({ isDismissed }) => !isDismissed)
  terminal.print(`relay    ${relayUrl ?? 'none'}`)
  terminal.print(`waiting  ${waiting}`)
  terminal.print(`alarms   ${alarms.length}`)
  for (const alarm of alarms) terminal.print(`  ${plainText(alarmSentence(alarm))}`)
  if (!synced.ok) {
    const sentence = state === 'removed' ? REMOVED : faultSentence(synced.error)
    return complain(context, sentence, alarms.length > 0 ? EXIT.failed : faultExit(synced.error))
  }
  // A fork of its own chain is an alarm as well; what there is to do comes first.
  if (state === 'retired') return complain(context, RETIRED, EXIT.failed)
  if (alarms.length > 0) return EXIT.failed
  if (needsUpdate) return complain(context, faultSentence({ type: 'UpdateNeeded' }), EXIT.failed)
  switch (state) {
    case 'alarm':
      return complain(context, HALTED, EXIT.failed)
    case 'refused':
      return complain(context, faultSentence({ type: 'RelayRefused', name: refusal ?? '' }), EXIT.failed)
    case 'removed':
      return complain(context, REMOVED, EXIT.failed)
    case 'offline':
    case 'localOnly':
      return complain(context, faultSentence({ type: 'Unreachable' }), EXIT.offline)
    case 'syncing':
    case 'waiting':
    case 'inStep':
      return EXIT.done
  }
}

/** S20. */
const HALTED =
  'There are two histories of who is in the vault. Nothing is sent until it is settled with the recovery kit.'

/** S2, S3: the relay tells an unknown device nothing else. */
const REMOVED = 'The relay knows this device no more: another one has removed it. What is here can still be exported.'

/** S22: a copy that was set back would sign a second history. */
const RETIRED =
  'The relay knows more from this device than its own disk does: this folder was restored from a copy, or a copy of it is in use. What is here waits, and nothing is lost: `salus replace-device` gives the folder an id of its own.'
