declare const brandTag: unique symbol

/**
 * A value that has passed a check, told apart from its bare type by the compiler only.
 * Each brand has one module that makes it; nowhere else is it asserted.
 */
export type Brand<T, Name extends string> = T & { readonly [brandTag]: Name }
