import { resolve } from 'node:path'
import type { Plugin } from 'vite'
import { type VersionFile, checkedOutCommit } from './build-identity.ts'
import { emptyButForAssets, recordBuild } from './earlier-builds.ts'

const ASSETS = 'assets/'

export interface KeptBuild {
  readonly plugin: Plugin
  /** Whether a file of the folder, named as below it, is this build's own; to be asked once the build is written. */
  isOwn(name: string): boolean
}

/**
 * Writes /version.json, and keeps the hashed files of earlier builds beside those of this one.
 * The build's name is the one that the pages carry, `define.__BUILD_HASH__`.
 */
export function keepEarlierBuilds(rootDir: string, version: string): KeptBuild {
  let outDir = ''
  let build = ''
  let own: ReadonlySet<string> = new Set()
  const plugin: Plugin = {
    name: 'salus-keep-earlier-builds',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
      build = String(JSON.parse(String(config.define?.['__BUILD_HASH__'])))
    },
    buildStart() {
      emptyButForAssets(outDir)
    },
    generateBundle() {
      const file: VersionFile = { build, version, builtFrom: checkedOutCommit(rootDir) ?? null }
      this.emitFile({ type: 'asset', fileName: 'version.json', source: `${JSON.stringify(file)}\n` })
    },
    writeBundle(_options, bundle) {
      own = new Set(Object.keys(bundle))
      const assets = [...own].filter((name) => name.startsWith(ASSETS)).map((name) => name.slice(ASSETS.length))
      recordBuild(outDir, { build, builtMs: Date.now(), assets })
    },
  }
  return { plugin, isOwn: (name) => !name.startsWith(ASSETS) || own.has(name) }
}
