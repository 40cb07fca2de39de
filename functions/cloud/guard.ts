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
  if (isStrict && clientIn(caller.source)) throw new Fault('PUSH_BY_CLIENT')
  const { openId = '' } = caller
  if (openId === '') return
  const isOwn = openId === message.fromUserName && (isPaymentEvent(message.kind) || openId === personOf(fields))
  if (!isOwn) throw new Fault('PUSH_FOREIGN', { kind: message.kind })
}

const clientIn = (source = ''): boolean => source.split(',').some((each) => CLIENTS.includes(each.trim()))
