import type { AppId } from '../../../shared/kernel/ids.ts'
import type { Seconds } from '../../../shared/kernel/time.ts'
import type { Format, WireDraft } from '../../../shared/wechat/wire.ts'

/** For whom and when a sample is written. */
export interface About {
  readonly appId: AppId
  /** Of the mini program, `gh_…`. */
  readonly originalId: string
  /** Of the user. */
  readonly openId: string
  readonly createTime: Seconds
  /** 64 bits, a different one each time: MsgId, order numbers and the like are made of it. */
  readonly id: bigint
  readonly format: Format
}

/** A push as WeChat writes it: what is text is quoted, numbers stand bare. */
export interface Sample {
  readonly zh: string
  readonly en: string
  readonly draft: (about: About) => WireDraft
}

/** What it is, in Chinese and English, and what stands in it beside the envelope. */
export type Row = readonly [zh: string, en: string, members: (about: About) => WireDraft]

/** The account that sends what does not come from a user. */
export const WECHAT_OPEN_ID = 'oWeChatPlatform0000000000000'

const sample = ([zh, en, members]: Row, from: (about: About) => string, type: WireDraft): Sample => ({
  zh,
  en,
  draft: (about) => ({
    ToUserName: about.originalId,
    FromUserName: from(about),
    CreateTime: about.createTime,
    ...type,
    ...members(about),
  }),
})

/** What a user wrote. */
export const message = (msgType: string, row: Row): Sample => sample(row, ({ openId }) => openId, { MsgType: msgType })

/** What a user did. */
export const userEvent = (event: string, row: Row): Sample =>
  sample(row, ({ openId }) => openId, { MsgType: 'event', Event: event })

/** What WeChat tells. */
export const platformEvent = (event: string, row: Row): Sample =>
  sample(row, () => WECHAT_OPEN_ID, { MsgType: 'event', Event: event })

/** A family, each sample under the name that WeChat gives it. */
export const samples = <K extends string>(
  write: (name: string, row: Row) => Sample,
  rows: Readonly<Record<K, Row>>,
): Readonly<Record<K, Sample>> =>
  Object.fromEntries(Object.entries<Row>(rows).map(([name, row]) => [name, write(name, row)])) as Record<K, Sample>

/** XML puts the members of some events into an element of their own, JSON does not. */
export const wrapped = ({ format }: About, wrapper: string, members: WireDraft): WireDraft =>
  format === 'xml' ? { [wrapper]: members } : members
