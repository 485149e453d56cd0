/** A part of the engine could not be fetched: no network before it was kept, or an update has taken it away. */
export class PartMissing extends Error {}

/** Loads a part by `import()`. @throws PartMissing where the file can't be had; the next call tries again */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    // What every engine gives for a module that it could not fetch.
    throw error instanceof TypeError ? new PartMissing() : error
  }
}
