import type { Complaint, SourceFile } from './tracked-files.ts'

export const LINES_MAX = 500

interface TextRule {
  /** Whether the rule is for this file. */
  readonly appliesTo: (path: string) => boolean
  readonly pattern: RegExp
  readonly problem: string
}

const CODE = /\.(ts|js|mjs|svelte)$/
const isTest = (path: string) => /\.(test|spec|webkit)\.ts$|-for-tests\.ts$|(^|[/-])contract\.ts$/.test(path)
const isProduct = (path: string) =>
  /^(packages|apps|relay)\//.test(path) && CODE.test(path) && !/\.d\.ts$/.test(path) && !isTest(path)

/** Parts of names are joined here so that this file passes its own rules. */
const REGISTRY_HOSTS = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['deb', 'debian', 'org'],
  ['deb', 'nodesource', 'com'],
  ['pypi', 'org'],
  ['proxy', 'golang', 'org'],
].map((parts) => parts.join('\\.'))
const MACHINE_FOLDERS = ['work', 'root', 'tmp', 'home'].join('|')

const RULES: readonly TextRule[] = [
  {
    appliesTo: (path) => isProduct(path) && !path.startsWith('packages/base/'),
    pattern: /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|\bgetRandomValues\b|\brandom(UUID|Bytes)\b/,
    problem: 'time and randomness come from base, as an argument',
  },
  {
    appliesTo: (path) => /\.(svelte|html)$/.test(path),
    pattern: /\sstyle\s*=\s*("[^"{]*"|'[^'{]*'|[^\s"'{>]+)/,
    problem: 'a static style attribute is refused by the content security policy: use a class',
  },
  {
    appliesTo: (path) => path !== 'LICENSE',
    pattern: new RegExp(`\\b(${REGISTRY_HOSTS.join('|')})\\b`, 'i'),
    problem: 'names the host of a package registry',
  },
  {
    appliesTo: (path) => path !== 'LICENSE',
    pattern: new RegExp(`(^|[\\s"'\`(=:>])/(${MACHINE_FOLDERS})/`, 'm'),
    problem: 'names a folder of some machine',
  },
  {
    appliesTo: (path) => CODE.test(path),
    pattern: new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b(?!.*#\\d)`),
    problem: 'something is left to do and no issue number says where it is written down',
  },
  {
    appliesTo: (path) => isTest(path),
    pattern: /\b(test|it|describe|suite)(\.\w+)*\.only\b/,
    problem: 'runs only one test',
  },
  {
    appliesTo: (path) => isTest(path) && !path.startsWith('tests/real-data/'),
    pattern: /\b(test|it|describe|suite)(\.\w+)*\.(skip|skipIf|runIf|todo|fixme)\b/,
    problem: 'a test is skipped: only those over real data may be',
  },
  {
    appliesTo: (path) => isTest(path),
    pattern: /\bwaitForTimeout\(/,
    problem: 'a test sleeps: wait for what is to happen',
  },
]

export function checkTexts(files: readonly SourceFile[]): Complaint[] {
  return files.flatMap(({ path, text }) => {
    const searched = path.endsWith('.svelte') ? text.replace(/<style\b[\s\S]*?<\/style>/g, '') : text
    const problems = RULES.filter((rule) => rule.appliesTo(path) && rule.pattern.test(searched)).map((rule) => {
      const index = searched.search(rule.pattern)
      return `${rule.problem} (line ${searched.slice(0, index + 1).split('\n').length})`
    })
    if (CODE.test(path) && !mayBeLong(path) && text.split('\n').length - 1 > LINES_MAX) {
      problems.push(`has more than ${LINES_MAX} lines: it is two concepts`)
    }
    return problems.map((problem) => ({ path, problem }))
  })
}

/** Tests are lists of cases, catalogues and messages lists of rows: they grow without becoming two concepts. */
function mayBeLong(path: string): boolean {
  return (
    isTest(path) ||
    /^(packages\/domain\/src\/catalogue\/|apps\/web\/src\/messages\/|tests\/vectors\/generate-)/.test(path)
  )
}
