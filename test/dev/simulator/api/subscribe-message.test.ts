import { beforeEach, describe, expect, test } from 'vitest'
import { MESSAGED, VISITING } from '../../../../dev/simulator/api/template.ts'
import { readMessage } from '../../../../shared/wechat/message.ts'
import { readWire } from '../../../../shared/wechat/wire.ts'
import { OPEN_ID } from '../../../support/build.ts'
import { aWorld, observed, popup, type Reply, type World } from './world.ts'

const SEND = '/cgi-bin/message/subscribe/send'
const OTHER = 'oTEST_BBBBBBBBBBBBBBBBBBBBBB'

const DATA = {
  thing1: { value: '小张' },
  thing2: { value: '您的订单今天发出' },
  time3: { value: '2025年10月9日 16:53' },
  number4: { value: '1' },
}
const VISIT = {
  name1: { value: '张三' },
  thing2: { value: '内科' },
  enum3: { value: '候诊中' },
  time4: { value: '09:00~10:00' },
}
const aSend = (changes: Readonly<Record<string, unknown>> = {}) => ({
  touser: OPEN_ID,
  template_id: MESSAGED,
  data: DATA,
  ...changes,
})

let world: World
let pushed: string[]
beforeEach(async () => {
  pushed = []
  world = await aWorld({ pushBack: (text) => void pushed.push(text), pages: ['pages/chat'] })
})

const send = (changes?: Readonly<Record<string, unknown>>): Promise<Reply> => world.call(SEND, aSend(changes))
const errcodeOf = async (changes?: Readonly<Record<string, unknown>>): Promise<unknown> =>
  (await send(changes)).says.errcode

/** A message to another person: whatever was pushed before it has come. */
async function settle(): Promise<void> {
  const List = { TemplateId: VISITING, SubscribeStatusString: 'accept', PopupScene: '0' }
  observed(world.api, 'subscribe_msg_popup_event', { List }, OTHER)
  await send({ touser: OTHER, template_id: VISITING, data: VISIT })
  await expect.poll(() => pushed.some((text) => text.includes(OTHER))).toBe(true)
}

describe('subscribe/send', () => {
  test('is delivered, answers a msgid beyond 2^53 as a bare number, and the result is pushed with it', async () => {
    popup(world.api, MESSAGED, 'accept')
    const { text, type } = await send({ page: 'pages/chat?with=1', lang: 'zh_CN', miniprogram_state: 'formal' })
    expect(type).toBe('text/plain')
    const [, msgid = ''] = /^\{"errcode":0,"errmsg":"ok","msgid":(\d{19})\}$/.exec(text) ?? []
    expect(String(Number(msgid))).not.toBe(msgid)
    expect(world.api.outbox().at(-1)?.answer).toEqual({ errcode: 0, errmsg: 'ok', msgid })
    await expect.poll(() => pushed).toHaveLength(1)
    expect(readMessage(readWire(pushed[0] ?? '').fields)).toMatchObject({
      kind: 'subscribe_msg_sent_event',
      fromUserName: OPEN_ID,
      createTime: 1_760_000_000,
      list: [{ templateId: MESSAGED, msgId: msgid, errorCode: 0, errorStatus: 'success' }],
    })
    const card = '发送人:小张\n消息内容:您的订单今天发出\n发送时间:2025年10月9日 16:53\n未读数:1'
    const content = { templateId: MESSAGED, title: '新消息提醒', text: card, page: 'pages/chat?with=1' }
    expect(world.api.delivered(OPEN_ID)).toEqual([{ at: '2025-10-09T08:53:20.000Z', kind: 'subscribe', content }])
  })

  test('gives each message an id of its own', async () => {
    popup(world.api, MESSAGED, 'accept', 'accept')
    const ids = [(await send()).text, (await send()).text].map((text) => /"msgid":(\d+)/.exec(text)?.[1])
    expect(new Set(ids).size).toBe(2)
  })

  test.each<readonly [string, Readonly<Record<string, unknown>>, number, RegExp]>([
    ['no touser', { touser: '' }, 40003, /openid/],
    ['a template of another account', { template_id: 'TMPL_A' }, 40037, /template_id/],
    [
      'a value that is too long',
      { data: { ...DATA, thing2: { value: '好'.repeat(21) } } },
      47003,
      /^argument invalid! data\.thing2\.value invalid rid: /,
    ],
    ['a page with a leading slash', { page: '/pages/chat' }, 41030, /page/],
    ['a page that is not published', { page: 'pages/none?a=1' }, 41030, /page/],
    ['a lang that is none', { lang: 'zh' }, 47003, /lang/],
    ['a state named as elsewhere', { miniprogram_state: 'release' }, 47003, /miniprogram_state/],
  ])('refuses %s, which costs and pushes nothing', async (_, changes, errcode, errmsg) => {
    popup(world.api, MESSAGED, 'accept')
    expect((await send(changes)).says).toEqual({ errcode, errmsg: expect.stringMatching(errmsg) })
    expect(world.api.state(OPEN_ID).permits).toEqual({ [MESSAGED]: 1 })
    await settle()
    expect(pushed).toHaveLength(1)
  })
})

describe('two sends at once', () => {
  test('to the same person: the second is refused and costs nothing; to another it goes', async () => {
    popup(world.api, MESSAGED, 'accept', 'accept')
    const token = await world.token()
    world.api.fail({ path: SEND, times: 1, delayMs: 600_000 })
    const first = world.post(SEND, aSend(), { access_token: token })
    const ended = expect(first).rejects.toThrow('fetch failed')
    await expect.poll(() => world.api.delivered(OPEN_ID).length).toBe(1)
    expect(await errcodeOf()).toBe(43108)
    await settle()
    expect(world.api.state(OPEN_ID).permits).toEqual({ [MESSAGED]: 1 })
    await world.api.close()
    await ended
  })

  test('one after the other both go, however slow WeChat is', async () => {
    world = await aWorld({ latencyMs: 1 })
    popup(world.api, MESSAGED, 'accept', 'accept')
    expect([await errcodeOf(), await errcodeOf()]).toEqual([0, 0])
  })
})
