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
import { dataFolderPath } from '../data-folder.ts'
import { alarmSentence, faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withOpenDevice } from '../open-device.ts'
import { plainText } from '../plain-text.ts'

export const statusCommand: Command = {
  form: '[--data DIR]',
  summary: 'says what is in this data folder, without asking the relay',
  details: [],
  run: async (words, context) => {
    const parsed = parseWords(words, DEVICE_OPTIONS)
    if (!parsed.ok) return parsed
    if (parsed.value.positionals.length > 0) return usageFault('status takes no further words')
    const { data } = parsed.value.values
    context.terminal.print(`folder   ${dataFolderPath(data, context.environment)}`)
    return ok(await withOpenDevice(context, { data, hasNetwork: false }, (engine) => showStatus(engine, context)))
  },
}

async function showStatus(engine: SalusApi, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context
  const devices = await engine.read({ name: 'devices' })
  if (!devices.ok) return complain(context, faultSentence(devices.error), faultExit(devices.error))
  const sync = await engine.read({ name: 'sync' })
  if (!sync.ok) return complain(context, faultSentence(sync.error), faultExit(sync.error))
  const labs = await engine.read({ name: 'labs' })
  if (!labs.ok) return complain(context, faultSentence(labs.error), faultExit(labs.error))
  const imports = await engine.read({ name: 'imports' })
  if (!imports.ok) return complain(context, faultSentence(imports.error), faultExit(imports.error))

  terminal.print(`vault    ${devices.value.fingerprint}`)
  terminal.print(`relay    ${devices.value.relayUrl ?? 'none'}`)
  terminal.print(`waiting  ${sync.value.waiting}`)
  terminal.print(`results  ${labs.value.count}`)
  for (const { name, isThis, isActive } of devices.value.devices) {
    terminal.print(`device   ${plainText(name)}${isThis ? ' (this)' : ''}${isActive ? '' : ' (removed)'}`)
  }
  for (const { id, fileName, records } of imports.value.imports) {
    terminal.print(`import   ${id}  ${records} results of ${plainText(fileName)}`)
  }
  for (const alarm of sync.value.alarms) {
    if (!alarm.isDismissed) terminal.print(`alarm    ${alarm.id}  ${plainText(alarmSentence(alarm))}`)
  }
  if (sync.value.needsUpdate) terminal.print(`update   ${faultSentence({ type: 'UpdateNeeded' })}`)
  return EXIT.done
}
