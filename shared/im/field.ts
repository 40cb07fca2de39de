import { Fault } from '../kernel/fault.ts'
import type { UserId } from '../kernel/ids.ts'
import { type Seconds, seconds } from '../kernel/time.ts'
import { countOf, type Fields, textOf } from './json.ts'
import { isUserId } from './user-id.ts'

/** A body lacks what its command needs, or has something else there: all of these throw it. */
export const lacking = (missing: string): Fault => new Fault('CALLBACK_CONTRADICTORY', { missing })

export function userIn(fields: Fields, name: string): UserId {
  const text = textOf(fields[name])
  if (!isUserId(text)) throw lacking(name)
  return text
}

/** An id: nothing that is long or begins another line. */
export function wordIn(fields: Fields, name: string): string {
  const text = textOf(fields[name])
  if (!/^[^\p{Cc}]{1,200}$/u.test(text)) throw lacking(name)
  return text
}

export function countIn(fields: Fields, name: string): number {
  const value = countOf(fields[name])
  if (value === undefined) throw lacking(name)
  return value
}

/** Unix seconds of ten digits: milliseconds would stand in another order. */
export function timeIn(fields: Fields, name: string): Seconds {
  const value = countIn(fields, name)
  if (value > 9_999_999_999) throw lacking(name)
  return seconds(value)
}
