import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT_DIR } from '../runner/command.ts'

/** Workspaces are found under this name in node_modules, as links into the tree. */
const SCOPE = '@salus'
const WORKSPACE_FOLDERS = ['apps', 'packages', '.'] as const

/** A copy of this tree that may be broken: the working tree is never touched. */
export class ScratchCopy {
  readonly dir = mkdtempSync(join(tmpdir(), 'salus-mutants-'))

  constructor() {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT_DIR,
      encoding: 'utf8',
    })
    for (const path of listed.split('\0')) {
      // One that is deleted and not yet committed so is listed too.
      if (path === '' || !existsSync(join(ROOT_DIR, path))) continue
      mkdirSync(dirname(join(this.dir, path)), { recursive: true })
      copyFileSync(join(ROOT_DIR, path), join(this.dir, path))
    }
    this.#linkModules()
  }

  read(path: string): string {
    return readFileSync(join(this.dir, path), 'utf8')
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.dir, path), text)
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Others' packages are linked to; the workspaces must be the copy's own. */
  #linkModules(): void {
    const modules = join(this.dir, 'node_modules')
    mkdirSync(join(modules, SCOPE), { recursive: true })
    for (const name of readdirSync(join(ROOT_DIR, 'node_modules'))) {
      if (name !== SCOPE && name !== '.vite' && name !== '.vite-temp')
        symlinkSync(join(ROOT_DIR, 'node_modules', name), join(modules, name))
    }
    for (const name of readdirSync(join(ROOT_DIR, 'node_modules', SCOPE))) {
      const folder = WORKSPACE_FOLDERS.find((parent) => existsSync(join(this.dir, parent, name, 'package.json')))
      if (folder !== undefined) symlinkSync(join(this.dir, folder, name), join(modules, SCOPE, name))
    }
  }
}
