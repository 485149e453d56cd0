import { ok } from '@salus/base'
import { type Command, DEVICE_OPTIONS, EXIT, parseWords, usageFault } from '../command.ts'
import { faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withOpenDevice } from '../open-device.ts'

export const dismissAlarmCommand: Command = {
  form: 'ID [--data DIR]',
  summary: 'marks an alarm as read; it stays on record',
  details: ['`status` lists the alarms that are not read yet.'],
  run: async (words, context) => {
    const parsed = parseWords(words, DEVICE_OPTIONS)
    if (!parsed.ok) return parsed
    const [id, ...rest] = parsed.value.positionals
    if (id === undefined || rest.length > 0) return usageFault('Which alarm?')
    const options = { data: parsed.value.values.data, hasNetwork: false }
    return ok(
      await withOpenDevice(context, options, async (engine) => {
        const sync = await engine.read({ name: 'sync' })
        if (!sync.ok) return complain(context, faultSentence(sync.error), faultExit(sync.error))
        if (!sync.value.alarms.some((alarm) => alarm.id === id)) {
          return complain(context, 'There is no such alarm.', EXIT.failed)
        }
        const dismissed = await engine.dismissAlarm(id)
        if (!dismissed.ok) return complain(context, faultSentence(dismissed.error), faultExit(dismissed.error))
        return EXIT.done
      }),
    )
  },
}
