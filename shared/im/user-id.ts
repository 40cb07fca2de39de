import type { UserId } from '../kernel/ids.ts'

const MOST_BYTES = 32

/** 1 to 32 bytes without a control character; which letters it may have is for whoever gives UserIDs out. */
export const isUserId = (text: string): text is UserId =>
  text !== '' && Buffer.byteLength(text) <= MOST_BYTES && !/\p{Cc}|\p{Surrogate}/u.test(text)
