import { Fault } from '../../shared/kernel/fault.ts'
import { isPaymentEvent, type PushMessage } from '../../shared/wechat/message.ts'
import { personOf } from '../../shared/wechat/person.ts'
import type { WireTree } from '../../shared/wechat/wire.ts'

/** Who has called, as the platform says it; the caller chooses none of it. */
export interface CallContext {
  readonly openId: string | undefined
  /** Through what the call came, `wx_client` or a chain such as `wx_client,scf`. */
  readonly source: string | undefined
}

/** Ways in that a person's own code can take. */
const CLIENTS = ['wx_client', 'wx_devtools', 'wx_http', 'wx_unknown', 'wx_localdebug', 'wx_crawler']

/**
 * Any user of the mini program can call the function with an event of their own making. A push about a person counts only when
 * nobody is known to call, or that person; of a payment's, which WeChat's own account sends, the sender alone is known.
 * @throws {Fault} PUSH_FOREIGN, PUSH_BY_CLIENT
 */
export function checkCaller(fields: WireTree, message: PushMessage, caller: CallContext, isStrict: boolean): void {
  checkSource(caller, isStrict)
  const { openId = '' } = caller
  if (openId === '') return
  const isOwn = isPaymentEvent(message.kind) || namesIn(fields, message).every((name) => name === openId)
  if (openId !== message.fromUserName || !isOwn) throw new Fault('PUSH_FOREIGN', { kind: message.kind })
}

/** @throws {Fault} PUSH_BY_CLIENT */
export function checkSource({ source }: CallContext, isStrict: boolean): void {
  if (isStrict && clientIn(source)) throw new Fault('PUSH_BY_CLIENT')
}

/** Whom the push is about, by whichever of its members is read: an event that was made up may name two. */
const namesIn = (fields: WireTree, message: PushMessage): readonly string[] => [
  personOf(fields),
  ...('openId' in message && message.openId !== '' ? [message.openId] : []),
]

const clientIn = (source = ''): boolean => source.split(',').some((each) => CLIENTS.includes(each.trim()))
