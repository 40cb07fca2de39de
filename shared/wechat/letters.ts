const LONE_SURROGATE = /\p{Surrogate}/gu

/** For `JSON.stringify`: characters go as they are; users have seen escapes, and half a surrogate pair would be one. */
export const wholeLetters = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(LONE_SURROGATE, '\ufffd') : value
