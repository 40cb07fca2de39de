import type { MsgId, TemplateId } from '../kernel/ids.ts'
import { hours, type Seconds, seconds } from '../kernel/time.ts'

export interface PermitEvent {
  readonly at: Seconds
  readonly kind: 'accept' | 'spend' | 'clear'
  /** Of a send of ours. */
  readonly id?: string
}

/** A send whose outcome WeChat has not told yet. */
export interface OpenSend {
  readonly id: string
  readonly at: Seconds
  /** Known once WeChat has answered. */
  readonly msgId?: MsgId
  /** Whether it went out, or under which number, nobody can tell: it counts as sent. */
  readonly isDoubtful?: true
}

/**
 * What a person allows for one template. Events are kept for two days and counted in the order in which they happened, so the
 * count does not depend on the order in which they came.
 */
export interface Permit {
  /** Grows with every write; 0 when nothing was written yet. */
  readonly version: number
  readonly templateId: TemplateId
  /** Holds until it is withdrawn; nothing is spent. */
  readonly isLongTerm: boolean
  /** What the events before those kept have left. */
  readonly base: number
  readonly events: readonly PermitEvent[]
  readonly open: readonly OpenSend[]
}

/** Whose it is: the person in WeChat, a partition key. */
export interface OwnedPermit {
  readonly person: string
  readonly permit: Permit
}

export const noPermit = (templateId: TemplateId, isLongTerm: boolean): Permit => ({
  version: 0,
  templateId,
  isLongTerm,
  base: 0,
  events: [],
  open: [],
})

/** How long events may come late and still be counted where they belong. */
const KEPT = hours(48)
/** An item has room for so many and more; those before are summed up. */
const MOST_EVENTS = 500
const MOST_OPEN = 500
/** In one second an acceptance comes before it is spent, and what is withdrawn stays withdrawn. */
const RANK = { accept: 0, spend: 1, clear: 2 } as const

/** How many messages may be sent; a long-term permit has one that is never used up. */
export const remaining = (permit: Permit): number => permit.events.reduce(counted(permit), permit.base)

const counted =
  ({ isLongTerm }: Permit) =>
  (count: number, { kind }: PermitEvent): number => {
    if (kind === 'clear') return 0
    if (isLongTerm) return kind === 'accept' ? 1 : count
    return kind === 'accept' ? count + 1 : Math.max(0, count - 1)
  }

/** The last thing the person said was no. */
export const isRejected = ({ events }: Permit): boolean =>
  events.filter(({ kind }) => kind !== 'spend').at(-1)?.kind === 'clear'

export function withEvent(permit: Permit, event: PermitEvent): Permit {
  const events = [...permit.events, event].sort(
    (left, right) => left.at - right.at || RANK[left.kind] - RANK[right.kind],
  )
  const horizon = (events.at(-1)?.at ?? 0) - KEPT
  const late = events.filter(({ at }) => at < horizon).length
  const old = events.slice(0, Math.max(late, events.length - MOST_EVENTS))
  const known = old.filter(({ id }) => id === undefined || !isUntold(permit, id))
  return { ...permit, base: known.reduce(counted(permit), permit.base), events: events.slice(old.length) }
}

/** Before a send: it counts as spent until WeChat says that it was not. */
export function reserved(permit: Permit, id: string, at: Seconds): Permit {
  const open = [...permit.open.filter((send) => send.at > at - KEPT), { id, at }].slice(-MOST_OPEN)
  return { ...withEvent(permit, { at: notBefore(permit, at), kind: 'spend', id }), open }
}

/** WeChat took it; its event will name `msgId`. */
export function accepted(permit: Permit, id: string, at: Seconds, msgId: MsgId | undefined): Permit {
  const others = permit.open.filter((send) => send.id !== id)
  return msgId === undefined ? doubted(permit, id) : { ...permit, open: [...others, { id, at, msgId }] }
}

/** It did not go out. */
export const released = (permit: Permit, id: string): Permit => ({
  ...permit,
  events: permit.events.filter((event) => event.id !== id),
  open: permit.open.filter((send) => send.id !== id),
})

/**
 * What sends hold of which nobody has told, and which were begun before then, is given back. They stay open: whoever made one still
 * learns from it what became of it.
 */
export function givenBack(permit: Permit, before: Seconds): Permit {
  const lost = permit.open.filter(({ id, at }) => at < before && isUntold(permit, id))
  return lost.length === 0
    ? permit
    : { ...permit, events: permit.events.filter((event) => !lost.some(({ id }) => id === event.id)) }
}

/** Of what nobody has told yet, the last one that holds a permit which may be given back; nothing when that would leave none either. */
export const holding = (permit: Permit): OpenSend | undefined =>
  remaining(givenBack(permit, seconds(Infinity))) > remaining(permit)
    ? permit.open.findLast(({ id }) => isUntold(permit, id) && permit.events.some((event) => event.id === id))
    : undefined

/** WeChat says that the person allows nothing (43101), whatever we have counted. */
export const denied = (permit: Permit, id: string, at: Seconds): Permit =>
  withEvent(released(permit, id), { at: notBefore(permit, at), kind: 'clear' })

/** Our clock may be behind WeChat's: what we do now comes after what we know. */
const notBefore = ({ events }: Permit, at: Seconds): Seconds => seconds(Math.max(at, events.at(-1)?.at ?? 0))

/** No answer came to it. */
export const doubted = (permit: Permit, id: string): Permit => ({
  ...permit,
  open: permit.open.map((send) => (send.id === id ? { ...send, isDoubtful: true as const } : send)),
})

/** Nobody has told of it: by the end of its lease it has not gone out. */
export const isUntold = ({ open }: Permit, id: string): boolean =>
  open.some((send) => send.id === id && send.msgId === undefined && send.isDoubtful !== true)

/** How far WeChat's clock may be behind ours. */
const SKEW = 60

/**
 * `subscribe_msg_sent_event`: settles a send of ours, or tells of one that somebody else has made with this permit. Of several
 * whose number is not known it is the last; as it may be any of them, none of the others counts as not sent any more. One that was
 * given back is spent after all.
 */
export function told(permit: Permit, msgId: MsgId, at: Seconds): Permit {
  const known = permit.open.find((send) => send.msgId === msgId)
  const unnumbered = permit.open.filter((send) => send.msgId === undefined && send.at <= at + SKEW)
  const sure = unnumbered.filter(({ isDoubtful }) => isDoubtful !== true)
  const ours = known ?? sure.at(-1) ?? unnumbered.at(-1)
  if (ours === undefined) return withEvent(permit, { at, kind: 'spend' })
  const others = { ...permit, open: permit.open.filter((send) => send !== ours) }
  const isCounted = known !== undefined || permit.events.some(({ id }) => id === ours.id)
  const left = isCounted ? others : withEvent(others, { at, kind: 'spend' })
  return known === undefined ? sure.reduce<Permit>((sum, { id }) => doubted(sum, id), left) : left
}
