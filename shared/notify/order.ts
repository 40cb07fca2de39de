import { randomUUID } from 'node:crypto'
import { sha256 } from '../kernel/bytes.ts'
import { Fault } from '../kernel/fault.ts'
import { giveWay } from '../kernel/give-way.ts'
import type { AppId, MsgId, OpenId, TemplateId, UserId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import { type Clock, millis, type Sleep, toSeconds } from '../kernel/time.ts'
import { contention, ROUNDS } from '../store/contention.ts'
import type { Identities } from '../store/identity.ts'
import { orderKey, personKey } from '../store/key.ts'
import type { Order, OrderChanges, Orders } from '../store/order.ts'
import { isUntold, type OwnedPermit, type Permit, released, remaining, reserved } from '../store/permit.ts'
import type { SubscribeMessage } from '../wechat/outgoing.ts'
import { type Reservation, type Spent, settledPermit } from '../wechat/spend.ts'
import { isFinal, outcomeOf, type SendOutcome } from './outcome.ts'
import type { SendRequest } from './request.ts'
import { inUseUntil, PERMIT_IN_USE, spendable } from './spendable.ts'
import { SENDING_LEASE, trySpending } from './try-spending.ts'

export interface OrderDeps {
  readonly orders: Orders
  readonly identities: Identities
  permit(person: string, templateId: TemplateId): Promise<Permit>
  sendSubscribeMessage(to: OpenId, message: SubscribeMessage): Promise<MsgId | undefined>
  readonly appId: AppId
  readonly clock: Clock
  readonly sleep: Sleep
  readonly log: Log
  /** From 0 to 1. */
  readonly random: () => number
}

/** Nobody sends it. */
const NOBODY = millis(0)

/** What is asked for, to whom, and under which key. */
interface Ordered {
  readonly request: SendRequest
  readonly openId: OpenId
  readonly key: ReturnType<typeof orderKey>
  readonly digest: string
}

/**
 * Sends a subscribe message to somebody who has allowed it; the same key gives the same outcome and is never sent twice.
 * @throws {Fault} KEY_REUSED, TABLE_UNAVAILABLE
 */
export async function order(request: SendRequest, deps: OrderDeps): Promise<SendOutcome> {
  const openId = await openIdOf(request, deps)
  if (openId === undefined) return { kind: 'unknown-person' }
  const { idempotencyKey = randomUUID(), ...said } = request
  const ordered = { request, openId, key: orderKey(deps.appId, idempotencyKey), digest: sha256(JSON.stringify(said)) }
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcome = await attempt(ordered, deps)
    if (outcome !== undefined) return outcome
    await giveWay(round, deps)
  }
  throw contention()
}

/**
 * Openids begin with an `o` and have 28 letters. What only begins so is the UserID of somebody who has logged in, or else an
 * openid.
 */
async function openIdOf({ to, toKind }: SendRequest, { identities }: OrderDeps): Promise<OpenId | undefined> {
  if (toKind === 'openid' || (toKind === undefined && /^o[\w-]{27}$/.test(to))) return to as OpenId
  const identity = await identities.ofUser(to as UserId)
  return identity?.openId ?? (toKind === undefined && to.startsWith('o') ? (to as OpenId) : undefined)
}

/** Nothing when somebody else has written meanwhile. */
async function attempt(ordered: Ordered, deps: OrderDeps): Promise<SendOutcome | undefined> {
  const { orders, clock, appId } = deps
  const now = clock()
  const kept = await orders.order(ordered.key)
  if (kept !== undefined && kept.digest !== ordered.digest) throw new Fault('KEY_REUSED')
  if (kept?.outcome !== undefined) return JSON.parse(kept.outcome) as SendOutcome
  if (kept !== undefined && kept.until > now) return { kind: 'in-progress' }
  const person = personKey(appId, ordered.openId)
  const permit = spendable(await deps.permit(person, ordered.request.message.templateId), now)
  const left = resumed(kept, permit, ordered)
  const order: Order = { version: kept?.version ?? 0, digest: ordered.digest, until: NOBODY }
  if (left === 'sent') return await end(ordered, { order }, { kind: 'sent' }, deps)
  if (inUseUntil(left, now) !== undefined) return { kind: 'try-again', reason: PERMIT_IN_USE }
  if (remaining(left) === 0) {
    const freed = left === permit ? {} : { permit: { person, permit: left } }
    return await end(ordered, { order, ...freed }, { kind: 'no-permit' }, deps)
  }
  return await send(ordered, order, { person, permit: left }, deps)
}

/** Whoever sent it has died: of what WeChat has sent it has told by the end of the lease, and that closes the send. */
function resumed(kept: Order | undefined, permit: Permit, { key }: Ordered): Permit | 'sent' {
  if (kept === undefined || kept.until === NOBODY) return permit
  return isUntold(permit, key.pk) ? released(permit, key.pk) : 'sent'
}

async function send(
  ordered: Ordered,
  order: Order,
  owned: OwnedPermit,
  deps: OrderDeps,
): Promise<SendOutcome | undefined> {
  const { request, openId, key } = ordered
  const at = deps.clock()
  const reservation: Reservation = { id: key.pk, at: toSeconds(at) }
  const permit = reserved(owned.permit, reservation.id, reservation.at)
  const begun = { ...order, until: millis(at + SENDING_LEASE) }
  const version = await deps.orders.commit({ key, order: begun, permit: { ...owned, permit } })
  if (version === undefined) return undefined
  const spent = await spendPatiently(() => deps.sendSubscribeMessage(openId, request.message), deps)
  const outcome = outcomeOf(spent)
  try {
    await settle(ordered, { ...begun, version }, spent, reservation, deps)
  } catch (cause) {
    if (!(cause instanceof Fault) || !isFinal(outcome)) throw cause
    // What went out has gone out; the lease and WeChat's own word settle it.
    deps.log.error('send.unsettled', { outcome: outcome.kind, reason: cause.code })
  }
  return outcome
}

/** WeChat takes one message to a person at a time (43108). */
async function spendPatiently(ask: () => Promise<MsgId | undefined>, { sleep }: OrderDeps): Promise<Spent> {
  for (const pause of PAUSES) {
    const spent = await trySpending(ask)
    if (spent.kind !== 'refused' || spent.failure.reason !== CONCURRENT) return spent
    await sleep(pause)
  }
  return await trySpending(ask)
}

const PAUSES = [300, 700, 1500].map(millis)
const CONCURRENT = 'concurrent-send'

/** Nothing went out now. */
async function end(
  { key }: Ordered,
  { order, ...freed }: Omit<OrderChanges, 'key'>,
  outcome: SendOutcome,
  { orders }: OrderDeps,
): Promise<SendOutcome | undefined> {
  const version = await orders.commit({ key, ...freed, order: { ...order, outcome: JSON.stringify(outcome) } })
  return version === undefined ? undefined : outcome
}

/** Written over whatever has become of the permit meanwhile; nobody else writes what is being sent. */
async function settle(
  { key, openId, request }: Ordered,
  begun: Order,
  spent: Spent,
  reservation: Reservation,
  deps: OrderDeps,
): Promise<void> {
  const { orders, permit, appId } = deps
  const person = personKey(appId, openId)
  const outcome = outcomeOf(spent)
  const ended = isFinal(outcome) ? { outcome: JSON.stringify(outcome) } : { until: NOBODY }
  for (let round = 0; round < ROUNDS; round += 1) {
    const kept = await permit(person, request.message.templateId)
    // Whoever was erased meanwhile stays so.
    const owned = kept.version === 0 ? {} : { permit: { person, permit: settledPermit(spent, reservation)(kept) } }
    if ((await orders.commit({ key, order: { ...begun, ...ended }, ...owned })) !== undefined) return
    const now = await orders.order(key)
    if (now?.until !== begun.until || now.outcome !== undefined) return
    await giveWay(round, deps)
  }
  throw contention()
}
