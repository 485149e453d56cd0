import { ok } from '@salus/base'
import { type Command, DEVICE_OPTIONS, EXIT, parseWords, usageFault } from '../command.ts'
import { faultExit, faultSentence } from '../fault-sentences.ts'
import { complain, withOpenDevice } from '../open-device.ts'

/** 16 bytes in base64url that begin with its sign for 62. */
const DASHED_ID = /^-[\w-]{21}$/

export const undoImportCommand: Command = {
  form: 'ID [--data DIR]',
  summary: 'takes an import back as one',
  details: ['`import` prints the ID, and `status` lists it.'],
  run: async (words, context) => {
    // Ids are drawn at random, so one in 64 begins like an option.
    const parsed = parseWords(
      words.filter((word) => !DASHED_ID.test(word)),
      DEVICE_OPTIONS,
    )
    if (!parsed.ok) return parsed
    const [id, ...rest] = [...words.filter((word) => DASHED_ID.test(word)), ...parsed.value.positionals]
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
