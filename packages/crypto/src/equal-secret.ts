/**
 * Equality whose time depends on the lengths alone, never on the contents: for tags, commitments and other values
 * that an attacker must not learn byte by byte. Lengths are public.
 */
export function equalSecret(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
