import { systemClock, systemRandom } from '@salus/base'
import { ensureLanCertificates, renewServerCertificate } from './lan-certificates.ts'
import { LanFolder } from './lan-folder.ts'
import { describeAuthority, describeLanFault } from './lan-words.ts'
import { machineNames, thisMachine } from './machine-names.ts'

/** `npm run -s relay -- lan …`; a server that runs takes up a renewed certificate within a minute. */
export async function runLanCommand(
  act: 'show' | 'renew' | 'remove',
  dataDir: string,
): Promise<{ readonly text: string; readonly exitCode: 0 | 1 }> {
  const folder = new LanFolder(dataDir)
  if (act === 'remove') {
    folder.remove()
    return {
      text: 'The authority is gone. Remove “Salus home network” from each phone and browser too; npm start -- --lan makes another.',
      exitCode: 0,
    }
  }
  if (folder.read('authority') === 'missing' && !folder.hadAuthority())
    return { text: 'there is no authority yet: npm start -- --lan makes one', exitCode: 1 }
  const deps = { clock: systemClock, random: systemRandom }
  const machine = machineNames(thisMachine())
  const certificates = await (act === 'renew'
    ? renewServerCertificate(deps, folder, machine)
    : ensureLanCertificates(deps, folder, machine, false))
  if (!certificates.ok) return { text: describeLanFault(certificates.error, dataDir), exitCode: 1 }
  const lines = describeAuthority(certificates.value, systemClock)
  return { text: [`The authority's certificate: ${folder.path}/authority.crt`, ...lines].join('\n'), exitCode: 0 }
}
