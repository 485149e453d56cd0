import type { Complaint } from './tracked-files.ts'

const TOP_LEVEL = new Set([
  '.ci',
  '.gitignore',
  '.npmrc',
  '.prettierignore',
  '.prettierrc',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'apps',
  'deploy',
  'docs',
  'eslint.config.js',
  'package-lock.json',
  'package.json',
  'packages',
  'playwright.config.ts',
  'relay',
  'svelte.config.js',
  'tests',
  'tsconfig.json',
  'vite.config.ts',
  'vitest.config.ts',
])

const SOURCE = /^(apps|packages|relay|tests|deploy)\//
const KEBAB_CASE = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/
const COMPONENT = /^[A-Z][A-Za-z0-9]*\.svelte$/
/** Names that say nothing of what is inside. `data` is a fair name for a folder of data, not for a module. */
const EMPTY_FOLDER_NAME = /^(utils?|helpers?|common|managers?|misc|lib)$/
const EMPTY_FILE_NAME = /^(.+-)?(utils?|helpers?|common|manager|misc)\.|^data\.(ts|js|svelte)$/
/** Written by other programs, or read by them under this name. */
const GIVEN_NAME = /(^|\/)([A-Z]+(-[A-Z]+)*(\.md)?|Dockerfile|Caddyfile|\.gitignore|\.env\.example)$/
/** Data that tests read keeps the name it came with. */
const DATA = /^tests\/(vectors|fixtures|real-data)\/.*\.(json|ndjson|csv|xml|txt|bin)$/

export function checkNames(paths: readonly string[]): Complaint[] {
  return paths.flatMap((path) => {
    const problems: string[] = []
    const [top = ''] = path.split('/')
    if (!TOP_LEVEL.has(top)) problems.push('is not among the entries that the top level may have')
    if (SOURCE.test(path) && !GIVEN_NAME.test(path) && !DATA.test(path)) problems.push(...complainOfNames(path))
    return problems.map((problem) => ({ path, problem }))
  })
}

function complainOfNames(path: string): string[] {
  const folders = path.split('/')
  const name = folders.pop() ?? ''
  const problems: string[] = []
  for (const folder of folders) {
    if (!KEBAB_CASE.test(folder)) problems.push(`the folder ${folder} is not kebab-case`)
    if (EMPTY_FOLDER_NAME.test(folder)) problems.push(`the folder's name ${folder} says nothing`)
  }
  if (name.endsWith('.svelte') ? !COMPONENT.test(name) : !KEBAB_CASE.test(name)) {
    problems.push(name.endsWith('.svelte') ? 'a component is named in PascalCase' : 'the name is not kebab-case')
  }
  if (EMPTY_FILE_NAME.test(name)) problems.push('the name says nothing')
  return problems
}
