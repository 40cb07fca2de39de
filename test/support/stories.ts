import { MESSAGED, VISITING } from '../../dev/simulator/api/template.ts'
import type { TemplateId } from '../../shared/kernel/ids.ts'
import { millis, toSeconds } from '../../shared/kernel/time.ts'
import { DEMO_PICTURE } from '../../shared/reply/demo-picture.ts'
import type { Handler, Reply } from '../../shared/reply/handler.ts'
import { send } from '../../shared/reply/messages.ts'
import { card, image, link, rules, run, transfer } from '../../shared/reply/table.ts'
import type { ItemKey } from '../../shared/store/key.ts'
import { textParts } from '../../shared/wechat/text-parts.ts'
import type { WireDraft } from '../../shared/wechat/wire.ts'
import { APP_ID, anEventPush } from './build.ts'
import { aText, someone } from './people.ts'
import type { ProcessWorld } from './process-world.ts'

/** 1,500 letters, and no two parts of it are the same. */
const LONG = Array.from({ length: 300 }, (_, n) => `第${n + 100}条`).join('')
/** The last letter of a key says where in the index it waits: with a nought each time, tick meets it at the same place. */
const says = (openId: string, text: string): WireDraft => {
  const draft = aText(openId, text)
  return { ...draft, MsgId: BigInt(String(draft.MsgId)) * 10n }
}

const URL = 'https://shop.example.com/'

/** A rule for everything that a push can lead to. */
export const STORY_RULES = rules({
  welcome: '欢迎',
  keywords: [
    { when: '长文', reply: LONG },
    {
      when: '看看',
      reply: [
        link({ title: '小店', description: '上新', url: URL, thumbUrl: `${URL}logo.png` }),
        image({ url: DEMO_PICTURE }),
        card({ title: '下单', pagePath: 'pages/index/index', thumb: { url: DEMO_PICTURE } }),
      ],
    },
    { when: '人工', reply: [transfer, '请稍候'] },
    { when: '白跑', reply: run('orderStatus', { tries: 2 }) },
    { when: /^问/, reply: run('orderStatus', { tries: 4, otherwise: '暂时查不到' }) },
    { when: '不回', reply: [] },
  ],
  otherwise: { text: '好的', image: '收到', miniprogrampage: '收到' },
  events: {
    xpay_goods_deliver_notify: run('orderStatus', { tries: 4 }),
    subscribe_msg_popup_event: [],
  },
})

const notice = (templateId: string): Reply => ({
  kind: 'subscribe',
  message: {
    templateId: templateId as TemplateId,
    data: { thing1: '小张', thing2: '已发货', time3: '2025年10月9日 16:53', number4: '1' },
  },
})

/** By what was asked, the replies; `undefined` throws. The n-th call of a push, from 0. */
const ANSWERS: Readonly<Record<string, (call: number) => readonly Reply[] | undefined>> = {
  问两句: () => [send('一'), send('二')],
  问三次: (call) => (call < 2 ? undefined : [send('第三次')]),
  问通知: () => [notice(MESSAGED), send('已通知')],
  白跑: () => undefined,
  xpay_goods_deliver_notify: () => [send('已到账')],
}

/** The handlers of the stories, and how often each push has called them. */
export function storyHandlers() {
  const calls = new Map<string, number>()
  const orderStatus: Handler = async ({ message, idempotencyKey }) => {
    const call = calls.get(idempotencyKey) ?? 0
    calls.set(idempotencyKey, call + 1)
    const replies = ANSWERS[message.kind === 'text' ? message.content : message.kind]?.(call)
    if (replies === undefined) throw new Error('no answer')
    return replies
  }
  return { handlers: { orderStatus }, calls }
}

/** What the table and WeChat say in the end, whatever was killed. */
export interface Ending {
  readonly openId: string
  /** Texts as they are, else what it is. */
  readonly sees: readonly string[]
  /** How often the handler is called. */
  readonly runs?: number
  /** Permits left, ours and WeChat's. */
  readonly left?: Readonly<Record<string, number>>
  /** Pushes that end failed. */
  readonly failed?: readonly ItemKey[]
  /** Nothing but keys is kept of these. */
  readonly erased?: readonly ItemKey[]
  /** How often WeChat says that no more may be sent. */
  readonly refused?: number
  /** Its moment may be over when somebody goes on after a kill. */
  readonly mayMiss?: string
}

export interface Story {
  readonly name: string
  /** Its crossings come in another order each time: a handler runs while we type, a key is a hash, events are worked off side by side. */
  readonly isUnordered?: boolean
  play(world: ProcessWorld): Promise<readonly Ending[]>
}

const permitEvent = (world: Pick<ProcessWorld, 'now'>, openId: string, Event: string, List: WireDraft): WireDraft =>
  anEventPush({ FromUserName: openId, CreateTime: toSeconds(millis(world.now())), Event, List })

export const accept = (world: Pick<ProcessWorld, 'now'>, openId: string, TemplateId: string): WireDraft =>
  permitEvent(world, openId, 'subscribe_msg_popup_event', {
    TemplateId,
    SubscribeStatusString: 'accept',
    PopupScene: '0',
  })

const reject = (world: ProcessWorld, openId: string, TemplateId: string): WireDraft =>
  permitEvent(world, openId, 'subscribe_msg_change_event', { TemplateId, SubscribeStatusString: 'reject' })

const paid = (openId: string): WireDraft => ({
  ...anEventPush({ FromUserName: 'oWeChatPlatform', Event: 'xpay_goods_deliver_notify' }),
  OpenId: openId,
  OutTradeNo: 'VIP1',
  Env: 0,
})

const revoke = (openId: string): WireDraft =>
  anEventPush({ FromUserName: 'oWeChatPlatform', Event: 'user_authorization_revoke', OpenID: openId, AppID: APP_ID })

const SEND = '/cgi-bin/message/custom/send'

/** Somebody writes these, each three times over, and each is worked off before the next. */
const writes =
  (sees: readonly string[], ...texts: readonly string[]) =>
  async (world: ProcessWorld): Promise<readonly Ending[]> => {
    const openId = someone()
    for (const text of texts) {
      await world.push(says(openId, text), 3)
      await world.idle()
    }
    await world.quiet()
    return [{ openId, sees }]
  }

const PARTS = textParts(LONG)

export const STORIES: readonly Story[] = [
  { name: 'a word, and a long text in three parts', play: writes(['好的', ...PARTS], '在吗', '长文') },
  { name: 'a link, a picture and a card', play: writes(['link', 'image', 'miniprogrampage'], '看看') },
  { name: 'to the agents, and a text that gets no reply', play: writes(['请稍候'], '人工', '不回') },
  {
    name: 'somebody enters the session, then writes',
    play: async (world) => {
      const openId = someone()
      const CreateTime = toSeconds(millis(world.now()))
      await world.push(anEventPush({ FromUserName: openId, CreateTime }), 3)
      await world.quiet()
      await world.push(says(openId, '在吗'))
      await world.quiet()
      return [{ openId, sees: ['欢迎', '好的'], mayMiss: '欢迎' }]
    },
  },
  {
    name: 'a handler that replies twice',
    isUnordered: true,
    play: async (world) => {
      const [ending] = await writes(['一', '二'], '问两句')(world)
      return ending === undefined ? [] : [{ ...ending, runs: 1 }]
    },
  },
  {
    name: 'a handler that fails twice, and a text behind it',
    isUnordered: true,
    play: async (world) => {
      const [ending] = await writes(['第三次', '好的'], '问三次', '在吗')(world)
      return ending === undefined ? [] : [{ ...ending, runs: 3 }]
    },
  },
  {
    name: 'a handler that always fails, with nothing to say',
    isUnordered: true,
    play: async (world) => {
      const openId = someone()
      const key = await world.push(says(openId, '白跑'))
      await world.quiet()
      return [{ openId, sees: [], runs: 2, failed: [key] }]
    },
  },
  {
    name: 'a subscribe message, allowed twice, sent once, then turned off',
    isUnordered: true,
    play: async (world) => {
      const openId = someone()
      for (let n = 0; n < 2; n += 1) await world.push(accept(world, openId, MESSAGED), 3)
      await world.idle()
      await world.push(says(openId, '问通知'))
      await world.quiet()
      return [{ openId, sees: [`subscribe ${MESSAGED}`, '已通知'], runs: 1, left: { [MESSAGED]: 1 } }]
    },
  },
  {
    name: 'permits of both kinds, every record three times',
    isUnordered: true,
    play: async (world) => {
      const openId = someone()
      world.repeat(3)
      for (const template of [MESSAGED, VISITING, MESSAGED, VISITING]) {
        await world.push(accept(world, openId, template), 3)
      }
      await world.push(reject(world, openId, VISITING), 3)
      await world.push(accept(world, openId, MESSAGED), 3)
      await world.quiet()
      world.repeat(1)
      return [{ openId, sees: [], left: { [MESSAGED]: 3, [VISITING]: 0 } }]
    },
  },
  {
    name: 'WeChat fails once, and two texts wait behind',
    isUnordered: true,
    play: async (world) => {
      world.api.fail({ path: SEND, times: 1, errcode: -1 })
      const [ending] = await writes(['请稍候', '好的', '一', '二'], '人工', '在吗', '问两句')(world)
      return ending === undefined ? [] : [{ ...ending, runs: 1 }]
    },
  },
  {
    name: 'WeChat says that nothing more may be sent',
    play: async (world) => {
      const openId = someone()
      world.api.fail({ path: SEND, times: 9, errcode: 45047 })
      await world.push(says(openId, '长文'))
      await world.quiet()
      world.api.clearFailures()
      await world.push(says(openId, '人工'))
      await world.quiet()
      return [{ openId, sees: ['请稍候'], refused: 1 }]
    },
  },
  {
    name: 'the token ends in the middle',
    play: async (world) => {
      const openId = someone()
      await world.push(says(openId, '在吗'))
      await world.quiet()
      world.api.expireToken()
      await world.push(says(openId, '长文'))
      await world.quiet()
      return [{ openId, sees: ['好的', ...PARTS] }]
    },
  },
  {
    name: 'goods are paid for by somebody who has written',
    isUnordered: true,
    play: async (world) => {
      const openId = someone()
      await world.push(says(openId, '不回'))
      await world.idle()
      await world.push(paid(openId), 3)
      await world.quiet()
      return [{ openId, sees: ['已到账'], runs: 1 }]
    },
  },
  {
    name: 'somebody is erased after what waits, and comes back',
    isUnordered: true,
    play: async (world) => {
      const openId = someone()
      world.api.fail({ path: SEND, times: 1, status: 502 })
      const before = [await world.push(accept(world, openId, MESSAGED))]
      await world.idle()
      before.push(await world.push(says(openId, '在吗')))
      await world.idle()
      await world.push(revoke(openId), 3)
      await world.quiet()
      await world.push(says(openId, '人工'))
      await world.quiet()
      return [{ openId, sees: ['好的', '请稍候'], erased: before }]
    },
  },
  {
    name: 'two people at once, three texts each',
    isUnordered: true,
    play: async (world) => {
      const people = [someone(), someone()]
      for (const text of ['在吗', '人工', '问两句']) {
        await Promise.all(people.map((openId) => world.push(says(openId, text))))
      }
      await world.quiet()
      return people.map((openId) => ({ openId, sees: ['好的', '请稍候', '一', '二'], runs: 1 }))
    },
  },
]
