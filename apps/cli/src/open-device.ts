import type { SalusApi } from '@salus/engine/api'
import { createHeadlessEngine } from '@salus/engine/headless'
import { type CommandContext, EXIT, type ExitCode } from './command.ts'
import { dataFolderPath, dataFolderSentence, takeDataFolder } from './data-folder.ts'
import { faultExit, faultSentence, unavailableSentence } from './fault-sentences.ts'
import { readPassphrase } from './passphrase.ts'

export interface DeviceOptions {
  /** `--data`. */
  readonly data: string | undefined
  /** Without it nothing leaves this machine, not even the first bytes of a sync. */
  readonly hasNetwork: boolean
}

/** Takes the data folder, unlocks its vault, lets `act` use it, and locks it whatever happens. */
export async function withOpenDevice(
  context: CommandContext,
  options: DeviceOptions,
  act: (engine: SalusApi) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withDevice(context, options, act)
}

/** As {@link withOpenDevice}, for an act that opens the core log by the same passphrase (V30). */
export async function withDevice(
  context: CommandContext,
  options: DeviceOptions,
  act: (engine: SalusApi, passphrase: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withFolder(context, { ...options, isNew: false }, async (engine) => {
    const passphrase = await readPassphrase(context, false)
    if (!passphrase.ok) return complain(context, passphrase.error.sentence, passphrase.error.exit)
    const unlocked = await engine.unlock(passphrase.value)
    return unlocked.ok
      ? act(engine, passphrase.value)
      : complain(context, faultSentence(unlocked.error), faultExit(unlocked.error))
  })
}

/** Takes the data folder for this process and gives its engine, still locked. */
export async function withFolder(
  context: CommandContext,
  options: DeviceOptions & { readonly isNew: boolean },
  act: (engine: SalusApi) => Promise<ExitCode>,
): Promise<ExitCode> {
  const path = dataFolderPath(options.data, context.environment)
  const folder = takeDataFolder(path, options.isNew)
  if (!folder.ok) return complain(context, dataFolderSentence(folder.error, path), EXIT.failed)
  const engine = createHeadlessEngine({
    path: folder.value.vaultPath,
    ...(options.hasNetwork ? {} : { fetch: () => Promise.reject(new TypeError('no network was asked for')) }),
  })
  try {
    const status = await engine.vaultStatus()
    if (status.type === 'unavailable') return complain(context, unavailableSentence(status), EXIT.failed)
    if (status.type === 'none' && !options.isNew)
      return complain(context, faultSentence({ type: 'NoVault' }), EXIT.failed)
    if (status.type !== 'none' && options.isNew)
      return complain(context, faultSentence({ type: 'VaultExists' }), EXIT.failed)
    return await act(engine)
  } finally {
    await engine.lock()
    folder.value.release()
  }
}

/** Says a fault and gives the exit code that goes with it. */
export function complain({ terminal }: CommandContext, sentence: string, exit: ExitCode): ExitCode {
  terminal.remark(`salus: ${sentence}`)
  return exit
}
