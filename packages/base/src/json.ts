/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** Nesting beyond this is refused: recursion over outside input is bounded. */
export const JSON_DEPTH_MAX = 32

export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
