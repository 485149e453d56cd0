/*
 * The domain compiles without the DOM's and Node's types, so that a fetch or an IndexedDB in it is a type error.
 * @salus/base is compiled along with it and uses these few parts of the platform; they are declared here and nowhere
 * else, in the least shape that base needs.
 */

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: Uint8Array): string
}

declare const crypto: {
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
}
