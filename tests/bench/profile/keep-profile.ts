import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CpuProfile, profileTable, selfTimes } from './cpu-profile.ts'

/** Names the folder to the processes that measure; nothing is profiled where it is not set. */
export const PROFILE_FOLDER_VARIABLE = 'SALUS_BENCH_PROFILE'

/** Between two samples, microseconds. */
export const SAMPLING_US = 250

/** Functions that are printed of each profile. */
const ROWS_MAX = 40

/** Where profiles go; undefined when none is wanted. */
export function profileFolder(): string | undefined {
  return process.env[PROFILE_FOLDER_VARIABLE]
}

/** Keeps a profile under the bench's name, for a browser's own viewer; a later try of the same bench replaces it. */
export async function keepProfile(folder: string, name: string, profile: CpuProfile): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
}

/** The greatest self times of each profile in the folder. */
export async function profileReport(folder: string): Promise<string> {
  const parts: string[] = []
  for (const file of (await readdir(folder)).sort()) {
    // Written by keepProfile.
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile
    parts.push(`${file}\n${profileTable(selfTimes(profile), ROWS_MAX)}`)
  }
  return parts.join('\n\n')
}
