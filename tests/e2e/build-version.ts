import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

const SCRIPT = `
  const { build } = await import('vite')
  const [outDir, name] = process.argv.slice(1)
  await build({ logLevel: 'error', build: { outDir }, define: { __BUILD_HASH__: JSON.stringify(name) } })
`

/** Builds the app into a folder under a name of its own, as one that was made from other sources. */
export function buildVersion(outDir: string, name: string): void {
  execFileSync(process.execPath, ['--input-type=module', '--eval', SCRIPT, outDir, name], {
    cwd: resolve('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
