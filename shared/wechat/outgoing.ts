import type { MsgId, OpenId, TemplateId } from '../kernel/ids.ts'

/** A picture: where it can be fetched (`https:` or `data:`), or one that WeChat has already. */
export type Picture = { readonly url: string } | { readonly mediaId: string }

/**
 * The four kinds of customer-service message that a mini program may send.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/sendCustomMessage.html
 */
export type CustomerMessage =
  /** May hold `<a href="…" data-miniprogram-appid="…" data-miniprogram-path="…">`. */
  | { readonly kind: 'text'; readonly content: string }
  | { readonly kind: 'image'; readonly picture: Picture }
  | {
      readonly kind: 'link'
      readonly title: string
      readonly description: string
      readonly url: string
      readonly thumbUrl: string
    }
  /** A card; its picture is about 520 × 416. */
  | { readonly kind: 'miniprogrampage'; readonly title: string; readonly pagePath: string; readonly thumb: Picture }

/** @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html */
export interface SubscribeMessage {
  readonly templateId: TemplateId
  /** By the template's keys (`thing1`), all of them. */
  readonly data: Readonly<Record<string, string>>
  /** Path in the mini program; without it the card cannot be tapped. */
  readonly page?: string
  readonly lang?: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW'
  readonly state?: 'developer' | 'trial' | 'formal'
}

/** How words reach a person. Lambda speaks HTTP, a cloud function `cloud.openapi`. */
export interface Messenger {
  /** @throws {Fault} WECHAT_REFUSED, WECHAT_UNREACHABLE, WECHAT_UNREADABLE: see `nextOf` */
  send(to: OpenId, message: CustomerMessage): Promise<void>
  /** Shown for 15 s, or until a message comes. */
  typing(to: OpenId, isOn: boolean): Promise<void>
  /** The `msgid` that `subscribe_msg_sent_event` will name; WeChat may leave it out. */
  subscribe(to: OpenId, message: SubscribeMessage): Promise<MsgId | undefined>
}
