import { hostname } from 'node:os'
import { ok } from '@salus/base'
import type { PairingEvent, SalusApi } from '@salus/engine/api'
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
import { complain, withFolder } from '../open-device.ts'
import { readPassphrase } from '../passphrase.ts'
import type { Terminal } from '../terminal.ts'

export const joinCommand: Command = {
  form: 'LINK [--name NAME] [--data DIR]',
  summary: 'makes this data folder a device of the vault whose pairing link this is',
  details: [
    '--name NAME   what the device is called (default: the name of this machine)',
    '',
    'An enrolled device makes the link, under Devices. Both show six digits: compare them, and confirm on both. Here',
    'that is a line "yes" on stdin. Put the link in quotes. It is a secret for the five minutes that it lives.',
    'The device gets a passphrase of its own: typed twice, or the first line of the file that SALUS_PASSPHRASE_FILE names.',
  ],
  run: async (words, context) => {
    const parsed = parseWords(words, { ...DEVICE_OPTIONS, name: { type: 'string' } })
    if (!parsed.ok) return parsed
    const { values, positionals } = parsed.value
    const [link, ...rest] = positionals
    if (link === undefined || rest.length > 0)
      return usageFault(link === undefined ? 'Which link?' : 'One link, please')
    const options = { data: values.data, hasNetwork: true, isNew: true }
    return ok(
      await withFolder(context, options, async (engine) => {
        const passphrase = await readPassphrase(context, true)
        if (!passphrase.ok) return complain(context, passphrase.error.sentence, passphrase.error.exit)
        return join(engine, context, { link, passphrase: passphrase.value, deviceName: values.name ?? hostname() })
      }),
    )
  },
}

type PairingEnd = Extract<PairingEvent, { type: 'done' | 'failed' }>

async function join(
  engine: SalusApi,
  context: CommandContext,
  request: { readonly link: string; readonly passphrase: string; readonly deviceName: string },
): Promise<ExitCode> {
  const asking = new AbortController()
  const ended = Promise.withResolvers<PairingEnd>()
  const begun = await engine.joinByLink(request, (event) => {
    switch (event.type) {
      case 'digits':
        void askForDigits(context.terminal, event.digits, asking.signal).then(async (isSame) => {
          if (asking.signal.aborted) return
          if (isSame) await engine.confirmJoin()
          // The engine tells of nothing that comes after this.
          else await engine.cancelPairing().then(() => ended.resolve({ type: 'failed', error: { type: 'Cancelled' } }))
        })
        break
      case 'done':
      case 'failed':
        asking.abort()
        ended.resolve(event)
        break
      case 'waiting':
      case 'waitingForOther':
      case 'loading':
        context.terminal.remark(PROGRESS[event.type])
    }
  })
  if (!begun.ok) return complain(context, faultSentence(begun.error), faultExit(begun.error))
  const end = await ended.promise
  if (end.type === 'failed') return complain(context, faultSentence(end.error), faultExit(end.error))
  context.terminal.print('Joined: this data folder is a device of the vault.')
  // The device's own name goes out; what fails now is sent by the next sync.
  const synced = await engine.syncNow()
  if (!synced.ok) context.terminal.remark(`salus: ${faultSentence(synced.error)}`)
  return EXIT.done
}

const PROGRESS = {
  waiting: 'Looking for the other device …',
  waitingForOther: 'Confirmed here. Now confirm on the other device.',
  loading: 'Loading …',
} as const satisfies Partial<Record<PairingEvent['type'], string>>

async function askForDigits(terminal: Terminal, digits: string, signal: AbortSignal): Promise<boolean> {
  terminal.print(`Six digits: ${digits}`)
  const answer = await terminal.askLine('Does the other device show the same six digits? [yes/no] ', signal)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}
