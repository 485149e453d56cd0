import { ok } from '@salus/base'
import { type Command, DEVICE_OPTIONS, EXIT, parseWords, usageFault } from '../command.ts'
import { faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withOpenDevice } from '../open-device.ts'

export const undoImportCommand: Command = {
  form: 'ID [--data DIR]',
  summary: 'takes an import back as one',
  details: ['`import` prints the ID, and `status` lists it.'],
  run: async (words, context) => {
    const parsed = parseWords(words, DEVICE_OPTIONS)
    if (!parsed.ok) return parsed
    const [id, ...rest] = parsed.value.positionals
    if (id === undefined || rest.length > 0) return usageFault('Which import?')
    const options = { data: parsed.value.values.data, hasNetwork: false }
    return ok(
      await withOpenDevice(context, options, async (engine) => {
        const undone = await engine.undoImport(id)
        if (!undone.ok) return complain(context, faultSentence(undone.error), faultExit(undone.error))
        context.terminal.print(`${undone.value.removed} taken back`)
        return EXIT.done
      }),
    )
  },
}
