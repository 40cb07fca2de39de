import { type Millis, millis } from '../../shared/kernel/time.ts'
import { keyPart } from '../../shared/store/key.ts'
import type { Item } from '../emulator/item-size.ts'
import { textOf, UsageError, type Values } from './command.ts'
import { spanOf } from './span.ts'

/** Which pushes and notices a command is about. */
export const CHOICE_OPTIONS = {
  key: { type: 'string' },
  person: { type: 'string' },
  kind: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
} as const

export const CHOICE_HELP: readonly string[] = [
  '--key <key>            as `failed` and /_dev/pushes show it 推送的 key',
  '--person <id>          pushes of one openid, the notice of one UserID 某个用户：推送用 openid，通知用 UserID',
  '--kind <kind>          text, subscribe_msg_popup_event …, or notice 某种类型，通知为 notice',
  '--since, --until <t>   accepted then: 2h, 30m, 3d ago, or 2026-01-02T15:04Z 接收时间',
]

/** Ready for longer than this without being worked on: its record never got through the stream. */
const STUCK_AFTER_MS = 15 * 60_000

/** How far a person was told is one item, which is tried again; the notices themselves stay as they are. */
export const isNotice = ({ kind }: Item): boolean => kind?.S === 'notice'

export const kindIn = (item: Item): string => (isNotice(item) ? 'notice' : (item.message?.S ?? ''))

/** When a push was accepted; when that item was last written, which is its version. */
export const acceptedAtOf = (item: Item): Millis =>
  millis(Number((isNotice(item) ? item.version : item.acceptedAtMs)?.N))

/** A push or a notice that nobody works on any more: failed, or ready and left behind. */
export function isGivenUp(item: Item, now: Millis): boolean {
  const since = Math.max(acceptedAtOf(item), Number(item.replayedAtMs?.N ?? 0))
  return item.state?.S === 'failed' || (item.state?.S === 'ready' && now - since > STUCK_AFTER_MS)
}

export const keyTextOf = ({ pk, sk }: Item): string => `${pk?.S}/${sk?.S}`

/** @throws {UsageError} for a time that is none */
export function choiceOf(values: Values, now: Millis): (item: Item) => boolean {
  const [key, person, kind] = ['key', 'person', 'kind'].map((name) => textOf(values, name))
  const since = timeOf('--since', textOf(values, 'since'), now) ?? 0
  const until = timeOf('--until', textOf(values, 'until'), now) ?? Number.POSITIVE_INFINITY
  return (item) => {
    const acceptedAt = acceptedAtOf(item)
    return (
      (key === undefined || [keyTextOf(item), item.sk?.S].includes(key)) &&
      (person === undefined || item.pk?.S?.endsWith(`#${keyPart(person)}`) === true) &&
      (kind === undefined || kindIn(item) === kind) &&
      acceptedAt >= since &&
      acceptedAt <= until
    )
  }
}

export const isChosen = (values: Values): boolean =>
  Object.keys(CHOICE_OPTIONS).some((name) => values[name] !== undefined)

function timeOf(option: string, text: string | undefined, now: Millis): Millis | undefined {
  if (text === undefined) return undefined
  const span = spanOf(text)
  if (span !== undefined) return millis(now - span)
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`${option}: "${text}" is no time; 2h or 2026-01-02T15:04Z 不是有效的时间`)
  return millis(at)
}
