import { ok } from '@salus/base'
import { type Command, DEVICE_OPTIONS, EXIT, parseWords, usageFault } from '../command.ts'
import { faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withDevice } from '../open-device.ts'

export const replaceDeviceCommand: Command = {
  form: '(--other-gone | --other-in-use) [--data DIR]',
  summary: 'gives a folder that was restored or copied an id of its own',
  details: [
    '--other-gone    the folder that this one was copied from is used no more: its id ends, for every copy of it',
    '--other-in-use  it is still in use: it keeps its id, and this folder becomes a further device',
    'What waits here is issued anew under the new id. Stopped halfway, the same command goes on.',
  ],
  run: async (words, context) => {
    const parsed = parseWords(words, {
      ...DEVICE_OPTIONS,
      'other-gone': { type: 'boolean' },
      'other-in-use': { type: 'boolean' },
    })
    if (!parsed.ok) return parsed
    const { values, positionals } = parsed.value
    if (positionals.length > 0) return usageFault('replace-device takes no further words')
    const isGone = values['other-gone'] === true
    if (isGone === (values['other-in-use'] === true)) return usageFault('One of --other-gone and --other-in-use')
    const otherCopy = isGone ? 'gone' : 'inUse'
    return ok(
      await withDevice(context, { data: values.data, hasNetwork: true }, async (engine, passphrase) => {
        const replaced = await engine.replaceThisDevice({ passphrase, otherCopy })
        if (!replaced.ok) return complain(context, faultSentence(replaced.error), faultExit(replaced.error))
        context.terminal.print('This folder has an id of its own. Nothing that was written here is lost.')
        return EXIT.done
      }),
    )
  },
}
