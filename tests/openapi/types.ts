// What a type is, to the last bit: `is<Same<A, B>>()` does not compile if they differ.

export type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

export const is = <T extends true>(): T => true as T;
