/** p = 2^255 - 19, the field's prime (RFC 8032 §5.1). */
export const FIELD_PRIME = 2n ** 255n - 19n
/** L, the order of the base point (RFC 8032 §5.1). */
export const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
/** d = -121665/121666 of the curve -x² + y² = 1 + d·x²·y² (RFC 8032 §5.1). */
const CURVE_D = modulo(-121665n * inverse(121666n))
/** 2^((p-1)/4), a square root of -1 (RFC 8032 §5.1.3, step 3). */
const SQRT_OF_MINUS_ONE = power(2n, (FIELD_PRIME - 1n) / 4n)

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z (RFC 8032 §5.1.4). */
interface Point {
  readonly X: bigint
  readonly Y: bigint
  readonly Z: bigint
  readonly T: bigint
}

const IDENTITY: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n }

/** The number that little-endian bytes spell. */
export function littleEndianToBigint(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0)
  return value
}

/**
 * Whether 32 bytes are the canonical encoding (RFC 8032 §5.1.3) of a point of exactly the prime order L. Public input
 * only: it takes time that depends on it, about 2 ms.
 */
export function isPrimeOrderPoint(encoded: Uint8Array): boolean {
  const point = decodePoint(encoded)
  if (point === undefined || isIdentity(point)) return false
  return isIdentity(multiply(point, GROUP_ORDER))
}

/** RFC 8032 §5.1.3; undefined where a step fails. */
function decodePoint(encoded: Uint8Array): Point | undefined {
  if (encoded.length !== 32) return undefined
  const whole = littleEndianToBigint(encoded)
  const sign = whole >> 255n
  const y = whole & ((1n << 255n) - 1n)
  if (y >= FIELD_PRIME) return undefined
  const u = modulo(y * y - 1n)
  const v = modulo(CURVE_D * y * y + 1n)
  // x = (u/v)^((p+3)/8) = u·v³·(u·v⁷)^((p-5)/8)
  let x = modulo(u * v ** 3n * power(modulo(u * v ** 7n), (FIELD_PRIME - 5n) / 8n))
  const vxx = modulo(v * x * x)
  if (vxx !== u) {
    if (vxx !== modulo(-u)) return undefined
    x = modulo(x * SQRT_OF_MINUS_ONE)
  }
  if (x === 0n && sign === 1n) return undefined
  if ((x & 1n) !== sign) x = FIELD_PRIME - x
  return { X: x, Y: y, Z: 1n, T: modulo(x * y) }
}

function multiply(point: Point, scalar: bigint): Point {
  let sum = IDENTITY
  for (const bit of scalar.toString(2)) {
    sum = add(sum, sum)
    if (bit === '1') sum = add(sum, point)
  }
  return sum
}

/** RFC 8032 §5.1.4: complete, so it doubles as well. */
function add(p: Point, q: Point): Point {
  const a = modulo((p.Y - p.X) * (q.Y - q.X))
  const b = modulo((p.Y + p.X) * (q.Y + q.X))
  const c = modulo(2n * p.T * q.T * CURVE_D)
  const d = modulo(2n * p.Z * q.Z)
  const [e, f, g, h] = [b - a, d - c, d + c, b + a]
  return { X: modulo(e * f), Y: modulo(g * h), Z: modulo(f * g), T: modulo(e * h) }
}

function isIdentity(point: Point): boolean {
  return point.X === 0n && point.Y === point.Z
}

function modulo(value: bigint): bigint {
  const rest = value % FIELD_PRIME
  return rest < 0n ? rest + FIELD_PRIME : rest
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = modulo(result * result)
    if (bit === '1') result = modulo(result * base)
  }
  return result
}

/** Fermat: a^(p-2). */
function inverse(value: bigint): bigint {
  return power(modulo(value), FIELD_PRIME - 2n)
}
