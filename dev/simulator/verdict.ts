import { equalDigests } from '../../shared/kernel/bytes.ts'
import { openAnswer } from '../../shared/wechat/envelope.ts'
import { signatureOf } from '../../shared/wechat/signature.ts'
import { type Format, formatOf, readWire, type WireTree } from '../../shared/wechat/wire.ts'
import type { Account } from './delivery.ts'
import type { HttpAnswer, Unanswered } from './exchange.ts'

/** What WeChat makes of an answer. */
export type Verdict =
  /** The push counts as delivered. `fields` is there when the answer carries content. */
  | { readonly kind: 'delivered'; readonly fields?: WireTree }
  /** Counts as delivered and shows the user a fault notice: 该小程序客服暂时无法提供服务，请稍后再试. */
  | { readonly kind: 'abnormal'; readonly because: string }
  | { readonly kind: 'refused'; readonly status: number }
  /** WeChat tries again. */
  | Unanswered

/** WeChat does not document what it makes of a status; 5xx is taken as "please try again". */
export function verdictOf(answer: HttpAnswer, account: Account, format: Format, sealed: boolean): Verdict {
  if (answer.status >= 500) return { kind: 'unanswered', because: `HTTP ${answer.status}` }
  if (answer.status !== 200) return { kind: 'refused', status: answer.status }
  if (answer.body === '' || answer.body === 'success') return { kind: 'delivered' }
  try {
    const fields = readAnswer(answer.body, format)
    return { kind: 'delivered', fields: sealed ? unsealAnswer(fields, account, format) : fields }
  } catch (cause) {
    return { kind: 'abnormal', because: cause instanceof Error ? cause.message : String(cause) }
  }
}

function readAnswer(body: string, format: Format): WireTree {
  if (formatOf(body) !== format) throw new Error(`the answer is not ${format}`)
  return readWire(body).fields
}

function unsealAnswer(envelope: WireTree, account: Account, format: Format): WireTree {
  const { Encrypt: encrypt, MsgSignature: signature, TimeStamp: timestamp, Nonce: nonce } = envelope
  if (typeof encrypt !== 'string' || typeof signature !== 'string') throw new Error('the answer is not sealed')
  if (typeof timestamp !== 'string' || typeof nonce !== 'string') throw new Error('the answer has no time or nonce')
  const expected = signatureOf(account.token, { timestamp, nonce, encrypt })
  if (!equalDigests(expected, signature)) throw new Error('MsgSignature does not fit')
  return readAnswer(Buffer.from(openAnswer(encrypt, account.key, account.appId)).toString('utf8'), format)
}
