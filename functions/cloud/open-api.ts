import { Fault } from '../../shared/kernel/fault.ts'
import type { MsgId } from '../../shared/kernel/ids.ts'
import type { Log } from '../../shared/kernel/log.ts'
import { type Millis, millis } from '../../shared/kernel/time.ts'
import type { MessageApi } from '../../shared/wechat/api.ts'
import { logFailure } from '../../shared/wechat/failure.ts'
import { wholeLetters } from '../../shared/wechat/letters.ts'
import { customerBody, subscribeBody, typingBody } from '../../shared/wechat/message-body.ts'
import { openApiFault } from './sdk-error.ts'

type Body = Readonly<Record<string, unknown>>
type OpenApiCall = (body: Body) => Promise<unknown>

/** Cloud calls as closures: the SDK's namespaces answer `.then`, so none of them may be handed through a promise. */
export interface OpenApi {
  readonly send: OpenApiCall
  readonly setTyping: OpenApiCall
  readonly uploadTempMedia: OpenApiCall
  readonly sendSubscribeMessage: OpenApiCall
}

interface CloudApiDeps {
  readonly openApi: OpenApi
  /** How long the function may still work. */
  readonly timeLeft: () => Millis
  readonly log: Log
}

/** A call that is begun with less than this left would end after the answer. */
const TIME_FOR_CALL = millis(300)

/** WeChat's API by `cloud.openapi`: no token, no secret. Bodies are those of HTTPS; the SDK leaves their names as they are. */
export function cloudApi({ openApi, timeLeft, log }: CloudApiDeps): MessageApi {
  async function call(name: string, by: OpenApiCall, body: Body): Promise<Body> {
    try {
      if (timeLeft() < TIME_FOR_CALL) throw new Fault('WECHAT_UNREACHABLE', { call: name, because: 'deadline' })
      return resultOf(name, await by(body))
    } catch (cause) {
      const failure = cause instanceof Fault ? cause : openApiFault(name, cause)
      logFailure(log, failure)
      throw failure
    }
  }

  return {
    async sendCustomerMessage(to, message) {
      await call('customerServiceMessage.send', openApi.send, whole(customerBody(to, message)))
    },
    async typing(to, isOn) {
      await call('customerServiceMessage.setTyping', openApi.setTyping, typingBody(to, isOn))
    },
    async uploadImage({ bytes, contentType }) {
      const name = 'customerServiceMessage.uploadTempMedia'
      const file = { type: 'image', media: { contentType, value: bytes } }
      const { mediaId } = await call(name, openApi.uploadTempMedia, file)
      if (typeof mediaId !== 'string') throw new Fault('WECHAT_UNREADABLE', { call: name, missing: 'media_id' })
      return mediaId
    },
    async sendSubscribeMessage(to, message) {
      const body = whole(subscribeBody(to, message))
      const { msgid } = await call('subscribeMessage.send', openApi.sendSubscribeMessage, body)
      return digitsOf(msgid) as MsgId | undefined
    },
  }
}

/** As many digits of a number as one entry of `c` holds. */
const DIGITS_AT_ONCE = 14

/** Beyond 2^53 the SDK makes a bignumber of a number, `{ s, e, c }`, and takes its methods away. */
function digitsOf(number: unknown): string | undefined {
  if (typeof number !== 'object' || number === null) return number === undefined ? undefined : String(number)
  const { c = [], e = 0 } = number as { readonly c?: readonly number[]; readonly e?: number }
  const [first = 0, ...rest] = c
  const digits = `${first}${rest.map((each) => String(each).padStart(DIGITS_AT_ONCE, '0')).join('')}`
  return digits.padEnd(e + 1, '0').slice(0, e + 1)
}

const whole = (body: Body): Body => JSON.parse(JSON.stringify(body, wholeLetters)) as Body

/** An empty answer resolves too, with `buffer` in it: nobody has said that anything was done. */
function resultOf(call: string, result: unknown): Body {
  if (typeof result === 'object' && result !== null && !('buffer' in result)) return { ...result }
  throw new Fault('WECHAT_UNREADABLE', { call })
}
