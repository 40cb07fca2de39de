import type { UserId } from '../kernel/ids.ts'
import { type Seconds, toMillis } from '../kernel/time.ts'
import { fitted, problemOf, shortened } from '../wechat/template-field.ts'

/** What somebody has missed since they were last told. */
export interface NoticeFacts {
  readonly count: number
  /** The one who wrote last comes first. */
  readonly senders: readonly { readonly userId: UserId; readonly count: number }[]
  /** Of the last message, in one line. */
  readonly preview: string
  /** Of the last message. */
  readonly sentAt: Seconds
  /** The groups in which they were mentioned. */
  readonly groups: readonly string[]
}

/** What a `thing` holds. */
const LINE = 20

/** `alice、bob、carol`; where that is too long `alice等3人`. The number is always right, a name may be cut. */
export function sendersIn({ senders }: NoticeFacts): string {
  const [first, ...others] = senders.map(({ userId }) => (isFit('thing', userId) ? fitted('thing', userId) : '?'))
  if (first === undefined) return '新消息'
  const all = [first, ...others].join('、')
  if (others.length === 0 || all.length <= LINE) return all
  const ending = `等${senders.length}人`
  return `${shortened(first, LINE - ending.length, '…')}${ending}`
}

/** The last message, with `[50条]` in front when it is not the only one. */
export const previewIn = ({ count, preview }: NoticeFacts): string => {
  const words = isFit('thing', preview) ? preview : '新消息'
  return count > 1 ? `[${count}条] ${words}` : words
}

/** The one who wrote last, where a field takes no digits and nothing but a name. */
export const nameIn = ({ senders: [last] }: NoticeFacts): string =>
  last !== undefined && isFit('name', last.userId) ? last.userId : '对方'

const isFit = (key: string, words: string): boolean => problemOf(key, fitted(key, words)) === undefined

/** `2026年11月21日 09:30`: China's time, wherever the function runs and whatever clock it has been given. */
export const momentIn = ({ sentAt }: NoticeFacts): string => {
  const { day, clock } = inChina(sentAt)
  return `${day} ${clock}`
}

/** `2026年11月21日` */
export const dayIn = ({ sentAt }: NoticeFacts): string => inChina(sentAt).day

/** UTC+8 all the year; the fields of a template have no time zone. */
function inChina(at: Seconds): { readonly day: string; readonly clock: string } {
  const date = new Date(toMillis(at) + 8 * 3_600_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return {
    day: `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`,
    clock: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
  }
}
