import { hours, type Millis, millis, seconds, toMillis } from '../../../shared/kernel/time.ts'

/** As callbacks spell them in `OptPlatform`. A mini program's SDK is that of the Web. */
export const PLATFORMS = ['Web', 'Android', 'iOS', 'iPad', 'Windows', 'Mac'] as const
export type ImPlatform = (typeof PLATFORMS)[number]

/** How somebody goes without saying so. */
export type Departure = 'background' | 'close' | 'network'

/** What IM makes of it: when it notices, and why it then says the line is gone. */
interface Noticed {
  readonly afterMs: Millis
  readonly reason: 'LinkClose' | 'TimeOut'
}

const after = (span: number, reason: Noticed['reason'] = 'LinkClose'): Noticed => ({
  afterMs: toMillis(seconds(span)),
  reason,
})

/** In the background of WeChat a mini program runs for half a minute. */
const MINI_PROGRAM: Readonly<Record<Departure, Noticed>> = {
  background: after(30),
  close: after(5),
  network: after(60),
}

/** An app in the background stays online; without a network its heartbeat is missed. */
const APP: Readonly<Partial<Record<Departure, Noticed>>> = { close: after(0), network: after(400, 'TimeOut') }

/** `undefined`: IM never notices. */
export const noticed = (platform: ImPlatform, departure: Departure): Noticed | undefined =>
  platform === 'Web' ? MINI_PROGRAM[departure] : APP[departure]

/** `State.StateChange` alone spells iOS in capitals. */
export const inStateChange = (platform: ImPlatform): string => (platform === 'iOS' ? 'IOS' : platform)

/** `query_online_status` has words of its own. */
const IN_DETAIL: Readonly<Partial<Record<ImPlatform, string>>> = { iOS: 'iPhone', Windows: 'PC' }
export const inDetail = (platform: ImPlatform): string => IN_DETAIL[platform] ?? platform

/** Vendors' push reaches these when the line is gone: `PushOnline`, for seven days. */
export const isPushed = (platform: ImPlatform): boolean => ['Android', 'iOS', 'iPad'].includes(platform)
export const PUSHED_FOR: Millis = millis(7 * toMillis(hours(24)))
