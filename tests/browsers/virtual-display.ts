import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { endProgram, startProgram } from './child-process.ts'
import { xwdToPng } from './xwd-to-png.ts'

const SCREEN = '1280x900x24'
const START_TIMEOUT_MS = 20_000

export interface VirtualDisplay {
  /** For `DISPLAY`, such as `:7`. */
  readonly name: string
  /** What the screen shows now, as PNG. */
  screenshot(): Promise<Buffer>
  close(): Promise<void>
}

/** Starts an X server that draws into a file; the server chooses its number, so any number of them run at once. */
export async function openVirtualDisplay(program: string): Promise<VirtualDisplay> {
  const folder = await mkdtemp(join(tmpdir(), 'salus-display-'))
  const child = startProgram(
    program,
    ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-fbdir', folder],
    { pipeFd3: true },
  )
  const close = async () => {
    await endProgram(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const pipe = child.stdio[3]
    if (!(pipe instanceof Readable)) throw new Error('no pipe to the display server')
    const number = await readLine(pipe)
    return {
      name: `:${number}`,
      screenshot: async () => xwdToPng(await readFile(join(folder, 'Xvfb_screen0'))),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function readLine(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timeout = setTimeout(() => reject(new Error('the display server did not start')), START_TIMEOUT_MS)
    stream.on('data', (data: Buffer) => {
      text += data.toString('latin1')
      if (!text.includes('\n')) return
      clearTimeout(timeout)
      resolve(text.trim())
    })
    stream.on('end', () => reject(new Error('the display server ended')))
  })
}
