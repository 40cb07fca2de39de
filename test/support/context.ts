import type { OpenId } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import type { HandlerContext } from '../../shared/reply/handler.ts'
import type { WireDraft } from '../../shared/wechat/wire.ts'
import { aPush, aTextPush } from './build.ts'

interface ContextChanges {
  readonly openId?: OpenId
  readonly signal?: AbortSignal
  /** Where the log's lines go. */
  readonly lines?: string[]
}

/** What a handler is given about a text, or about a push that differs from it in this. */
export function aContext(draft: WireDraft = {}, changes: ContextChanges = {}): HandlerContext {
  const { message } = aPush(aTextPush(draft))
  const { openId = message.fromUserName, signal = new AbortController().signal, lines = [] } = changes
  const log = jsonLog({ threshold: 'debug', write: (line) => void lines.push(line) })
  return { message, openId, signal, log, idempotencyKey: 'push-1' }
}
