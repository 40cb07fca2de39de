import type { MsgId, TemplateId } from '../kernel/ids.ts'
import { hours, type Millis, millis, seconds, toSeconds } from '../kernel/time.ts'
import type { Writing } from './dynamo-writes.ts'
import { expiry, type Item, keyItem, numberOf, putOver } from './item.ts'
import { type ItemKey, permitKey, windowKey } from './key.ts'
import { isRejected, type OpenSend, type OwnedPermit, type Permit, type PermitEvent, remaining } from './permit.ts'
import { NO_WINDOW, type Progress, type Window } from './window.ts'

/** Longer than any window: after that it says nothing any more. */
const WINDOW_KEPT = hours(72)

/** A window in which nobody waits expires. */
export const windowItem = (key: ItemKey, window: Window, now: Millis, receipt: string): Item => ({
  ...keyItem(key),
  kind: { S: key.sk === windowKey(key.pk).sk ? 'window' : 'progress' },
  version: { N: String(window.version) },
  messageAtMs: { N: String(window.messageAt) },
  enteredAtMs: { N: String(window.enteredAt) },
  closedAtMs: { N: String(window.closedAt) },
  sentAtMs: { L: window.sentAt.map((at) => ({ N: String(at) })) },
  line: { L: window.line.map((push) => ({ S: push })) },
  ...(window.work === undefined ? {} : { work: { S: JSON.stringify(window.work) } }),
  receipt: { S: receipt },
  ...expiry(window.line.length === 0 ? seconds(toSeconds(now) + WINDOW_KEPT) : undefined),
})

export const windowOf = (item: Item | undefined): Window =>
  item === undefined
    ? NO_WINDOW
    : {
        version: numberOf(item.version),
        messageAt: millis(numberOf(item.messageAtMs)),
        enteredAt: millis(numberOf(item.enteredAtMs)),
        closedAt: millis(numberOf(item.closedAtMs)),
        sentAt: (item.sentAtMs?.L ?? []).map((at) => millis(numberOf(at))),
        line: (item.line?.L ?? []).map((push) => push.S ?? ''),
        work: item.work?.S === undefined ? undefined : (JSON.parse(item.work.S) as Progress),
      }

/** Over the permit as it was read. */
export const permitPut = (
  { person, permit }: OwnedPermit,
  { version, receipt }: Pick<Writing, 'version' | 'receipt'>,
) => putOver(permit.version, permitItem(person, { ...permit, version }, receipt))

/** `remaining` and `rejected` are for people and queries; the events are what counts. */
const permitItem = (person: string, permit: Permit, receipt: string): Item => ({
  ...keyItem(permitKey(person, permit.templateId)),
  kind: { S: 'permit' },
  version: { N: String(permit.version) },
  template: { S: permit.templateId },
  long: { BOOL: permit.isLongTerm },
  remaining: { N: String(remaining(permit)) },
  rejected: { BOOL: isRejected(permit) },
  base: { N: String(permit.base) },
  events: { S: JSON.stringify(permit.events) },
  open: { S: JSON.stringify(permit.open) },
  receipt: { S: receipt },
})

export const permitOf = (item: Item): Permit => ({
  version: numberOf(item.version),
  templateId: (item.template?.S ?? '') as TemplateId,
  isLongTerm: item.long?.BOOL === true,
  base: numberOf(item.base),
  events: JSON.parse(item.events?.S ?? '[]') as readonly PermitEvent[],
  open: JSON.parse(item.open?.S ?? '[]') as readonly (OpenSend & { readonly msgId?: MsgId })[],
})
