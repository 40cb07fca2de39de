import { randomUUID } from 'node:crypto'
import type { WireDraft } from '../../shared/wechat/wire.ts'
import { anEventPush, aTextPush, NOW } from './build.ts'

/** An openid of nobody else's, so that tests share a table. */
export const someone = (): string => `o${randomUUID().replaceAll('-', '').slice(0, 27)}`

let messages = 23_637_352_235_060_881n

/** A text message with a MsgId of its own. */
export function aText(openId: string, content = '在吗'): WireDraft {
  messages += 1n
  return aTextPush({ FromUserName: openId, Content: content, MsgId: messages })
}

/** What a user chose in the popup of `wx.requestSubscribeMessage`, `after` seconds. */
export const popup = (openId: string, template: string, status: 'accept' | 'reject', after = 0): WireDraft =>
  anEventPush({
    FromUserName: openId,
    CreateTime: NOW + after,
    Event: 'subscribe_msg_popup_event',
    List: { TemplateId: template, SubscribeStatusString: status, PopupScene: '0' },
  })
