import { SAFETY_SAMPLES } from '../../dev/simulator/samples/safety.ts'
import { type Clock, toSeconds } from '../../shared/kernel/time.ts'
import type { WireDraft } from '../../shared/wechat/wire.ts'
import { account } from '../cases.ts'

const ORIGINAL_ID = 'gh_0a1b2c3d4e5f'
const TEMPLATE = 'zWsNlSpXxGpXYFcYrhfFnxyBYgUjLiOjrKUqBQcrOSw'

/** Pushes as WeChat writes them, by people of our own naming, each with a number of its own. */
export function drafts(clock: Clock) {
  let id = 23_637_352_235_060_881n

  /** As long as WeChat's. */
  const openId = (name: string): string => `oBENCH_${name}`.padEnd(28, '0')
  const common = (name: string) => ({
    ToUserName: ORIGINAL_ID,
    FromUserName: openId(name),
    CreateTime: toSeconds(clock()),
  })
  const nextId = (): bigint => {
    id += 1n
    return id
  }

  return {
    openId,
    text: (name: string, Content: string): WireDraft => ({
      ...common(name),
      MsgType: 'text',
      Content,
      MsgId: nextId(),
    }),
    entering: (name: string): WireDraft => ({
      ...common(name),
      MsgType: 'event',
      Event: 'user_enter_tempsession',
      SessionFrom: '订单详情',
    }),
    popup: (name: string, template = TEMPLATE): WireDraft => ({
      ...common(name),
      MsgType: 'event',
      Event: 'subscribe_msg_popup_event',
      List: { TemplateId: template, SubscribeStatusString: 'accept', PopupScene: '0' },
    }),
    mediaCheck: (name: string): WireDraft =>
      SAFETY_SAMPLES.wxa_media_check.draft({
        appId: account.appId,
        originalId: ORIGINAL_ID,
        openId: openId(name),
        createTime: toSeconds(clock()),
        id: nextId(),
        format: 'json',
      }),
  }
}
