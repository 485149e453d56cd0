/**
 * Is this what an `import()` gives for a file that could not be fetched? Every engine throws a TypeError then; of a style
 * that belongs to the module Vite's loader tells in words of its own.
 */
export function isPartMissing(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.message.startsWith('Unable to preload CSS'))
}
