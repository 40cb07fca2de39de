/** Ends a `switch` over a union: a variant without its branch does not compile. */
export function assertNever(value: never): never {
  throw new TypeError(`a variant without its branch: ${JSON.stringify(value)}`)
}
