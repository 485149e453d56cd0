/**
 * Holds a secret so that printing, serialising or interpolating it shows nothing.
 * `reveal` is the one way to it, easy to search for.
 */
export class Redacted<T> {
  readonly #secret: T

  constructor(secret: T) {
    this.#secret = secret
  }

  reveal(): T {
    return this.#secret
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  /** What Node prints for this object. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]'
  }
}
