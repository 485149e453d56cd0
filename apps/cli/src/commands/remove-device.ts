import { ok } from '@salus/base'
import { type Command, DEVICE_OPTIONS, EXIT, parseWords, usageFault } from '../command.ts'
import { faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withDevice } from '../open-device.ts'

export const removeDeviceCommand: Command = {
  form: 'NAME [--data DIR]',
  summary: 'ends another device: it gets nothing that is written from now on',
  details: [
    'NAME  the name that `salus status` shows, or the id where two devices share one',
    'It keeps what it has. What it writes from now on counts nowhere.',
  ],
  run: async (words, context) => {
    const parsed = parseWords(words, DEVICE_OPTIONS)
    if (!parsed.ok) return parsed
    const [name, ...more] = parsed.value.positionals
    if (name === undefined) return usageFault('Which device?')
    if (more.length > 0) return usageFault('One device, please')
    return ok(
      await withDevice(context, { data: parsed.value.values.data, hasNetwork: true }, async (engine, passphrase) => {
        const view = await engine.read({ name: 'devices' })
        if (!view.ok) return complain(context, faultSentence(view.error), faultExit(view.error))
        const named = view.value.devices.filter((one) => one.isActive && (one.name === name || one.id === name))
        const [device] = named
        if (device === undefined) return complain(context, `There is no device ${name}.`, EXIT.failed)
        if (named.length > 1)
          return complain(
            context,
            `Several devices are called so: ${named.map(({ id }) => id).join(', ')}.`,
            EXIT.failed,
          )
        const removed = await engine.removeDevice({ device: device.id, passphrase })
        if (!removed.ok) return complain(context, faultSentence(removed.error), faultExit(removed.error))
        context.terminal.print(`${device.name} is removed. It keeps what it has, and gets nothing more.`)
        return EXIT.done
      }),
    )
  },
}
