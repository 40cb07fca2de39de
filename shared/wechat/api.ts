import { Fault } from '../kernel/fault.ts'
import type { MsgId, OpenId } from '../kernel/ids.ts'
import type { Secret } from '../kernel/secret.ts'
import { type CallbackCheck, callbackCheckOf, type Template, templatesOf } from './api-answers.ts'
import { type Call, type World, weChatCaller } from './call.ts'
import { nextOf } from './errcode.ts'
import { customerBody, subscribeBody, typingBody, type UploadedMessage } from './message-body.ts'
import type { SubscribeMessage } from './outgoing.ts'
import type { AccessTokens } from './token.ts'
import { scalarOf, type WireTree } from './wire.ts'

export interface PictureFile {
  readonly bytes: Buffer<ArrayBuffer>
  /** `image/png` */
  readonly contentType: string
  readonly fileName: string
}

/**
 * The part of WeChat's API by which messages go out, one method a call.
 * @throws {Fault} WECHAT_REFUSED, WECHAT_UNREACHABLE, WECHAT_UNREADABLE, every method: see `nextOf`
 */
export interface MessageApi {
  sendCustomerMessage(to: OpenId, message: UploadedMessage): Promise<void>
  /** Shown for 15 s, or until a message comes. */
  typing(to: OpenId, isOn: boolean): Promise<void>
  /** The `media_id`, for three days. */
  uploadImage(file: PictureFile): Promise<string>
  /** The `msgid` that `subscribe_msg_sent_event` will name; WeChat may leave it out. */
  sendSubscribeMessage(to: OpenId, message: SubscribeMessage): Promise<MsgId | undefined>
}

/**
 * WeChat's API over HTTPS, one method a call.
 * @throws {Fault} WECHAT_REFUSED, WECHAT_UNREACHABLE, WECHAT_UNREADABLE, every method: see `nextOf`
 */
export interface WeChatApi extends MessageApi {
  templateList(): Promise<readonly Template[]>
  /** WeChat looks up and pings the URL that is set for pushes. */
  callbackCheck(): Promise<CallbackCheck>
}

export interface ApiDeps extends World {
  readonly tokens: AccessTokens
}

type Json = Readonly<Record<string, unknown>>

export function weChatApi({ tokens, ...world }: ApiDeps): WeChatApi {
  const call = weChatCaller(world)

  /** Once more with another token when WeChat refuses this one: then nothing was done. */
  async function callWithToken({ query, ...rest }: Call): Promise<WireTree> {
    const callWith = (token: Secret) => call({ ...rest, query: { access_token: token, ...query } })
    const token = await tokens.get()
    try {
      return await callWith(token)
    } catch (failure) {
      if (!(failure instanceof Fault) || nextOf(failure) !== 'refresh') throw failure
      const other = await tokens.renew(token)
      if (other.reveal() === token.reveal()) throw failure
      return await callWith(other)
    }
  }

  const post = (path: string, body: Json, tells = 'errcode'): Promise<WireTree> =>
    callWithToken({ method: 'POST', path, body, tells })

  return {
    async sendCustomerMessage(to, message) {
      await post('/cgi-bin/message/custom/send', customerBody(to, message))
    },
    async typing(to, isOn) {
      await post('/cgi-bin/message/custom/typing', typingBody(to, isOn))
    },
    async uploadImage({ bytes, contentType, fileName }) {
      const form = new FormData()
      form.set('media', new Blob([bytes], { type: contentType }), fileName)
      const fields = await callWithToken({
        method: 'POST',
        path: '/cgi-bin/media/upload',
        query: { type: 'image' },
        body: form,
      })
      return required(fields, 'media_id', 'POST /cgi-bin/media/upload')
    },
    async sendSubscribeMessage(to, message) {
      const { msgid } = await post('/cgi-bin/message/subscribe/send', subscribeBody(to, message))
      return scalarOf(msgid) === '' ? undefined : (scalarOf(msgid) as MsgId)
    },
    templateList: async () =>
      templatesOf(await callWithToken({ method: 'GET', path: '/wxaapi/newtmpl/gettemplate', tells: 'data' })),
    callbackCheck: async () =>
      callbackCheckOf(await post('/cgi-bin/callback/check', { action: 'all', check_operator: 'DEFAULT' }, 'dns')),
  }
}

function required(fields: WireTree, name: string, call: string): string {
  const value = scalarOf(fields[name])
  if (value === '') throw new Fault('WECHAT_UNREADABLE', { call, missing: name })
  return value
}
