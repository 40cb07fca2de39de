import { isIPv6 } from 'node:net'
import { hours, minutes, toSeconds } from '../kernel/time.ts'

/**
 * What limits logins before WeChat is asked. Neither an address nor a code is kept as it is.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export interface Attempts {
  /** One more from this address; false when that is more than its share of the minute. */
  count(address: string): Promise<boolean>
  /** True for the first one who comes with this code, and for nobody after. */
  take(code: string): Promise<boolean>
}

/** Of one address: many people stand behind the one of a mobile carrier, and each logs in when a mini program starts. */
export const LOGINS_A_MINUTE = 60

/** WeChat's codes live for five minutes. */
export const CODE_KEPT = toSeconds(minutes(10))

/** A count is of no use after its minute; a clock that is behind still finds it. */
export const COUNT_KEPT = hours(1)

/** Who has an IPv6 address has all of its /64, and 2^64 addresses would be as many shares. */
export function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail] = address.toLowerCase().split('::')
  const before = head.split(':').filter(isGroup)
  const after = (tail ?? '').split(':').filter(isGroup)
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const groups = [...before, ...zeros, ...after].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

const isGroup = (group: string): boolean => group !== ''
