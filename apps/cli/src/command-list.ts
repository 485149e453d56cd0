import type { Command } from './command.ts'
import { dismissAlarmCommand } from './commands/dismiss-alarm.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { inspectCommand } from './commands/inspect.ts'
import { joinCommand } from './commands/join.ts'
import { removeDeviceCommand } from './commands/remove-device.ts'
import { replaceDeviceCommand } from './commands/replace-device.ts'
import { statusCommand } from './commands/status.ts'
import { syncCommand } from './commands/sync.ts'
import { undoImportCommand } from './commands/undo-import.ts'
import { verifyCommand } from './commands/verify.ts'

/** Every word that may follow `salus`, in the order of the help. */
export const COMMANDS = new Map<string, Command>([
  ['inspect', inspectCommand],
  ['join', joinCommand],
  ['sync', syncCommand],
  ['status', statusCommand],
  ['remove-device', removeDeviceCommand],
  ['replace-device', replaceDeviceCommand],
  ['import', importCommand],
  ['undo-import', undoImportCommand],
  ['export', exportCommand],
  ['verify', verifyCommand],
  ['dismiss-alarm', dismissAlarmCommand],
])
