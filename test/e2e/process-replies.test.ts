import { describe, expect, test } from 'vitest'
import { DEMO_PICTURE } from '../../shared/reply/demo-picture.ts'
import { someone } from '../support/people.ts'
import { useLocal } from './local.ts'

const { world, say, taken } = useLocal()

/** The bodies that were sent to a person, without whose they are. */
const bodiesTo = (openId: string): readonly object[] =>
  world()
    .calls()
    .flatMap(({ path, body }) => {
      const { touser, ...message } = body as { readonly touser?: string }
      return path === '/cgi-bin/message/custom/send' && touser === openId ? [message] : []
    })

describe('a keyword', () => {
  test.each([
    ['帮助', [{ msgtype: 'text', text: { content: expect.stringContaining('回复“订单”') } }]],
    ['ＨＥＬＰ！', [{ msgtype: 'text', text: { content: expect.stringContaining('回复“订单”') } }]],
    [
      '官网',
      [
        {
          msgtype: 'link',
          link: {
            title: '示例小店',
            description: '新品与活动都在这里',
            url: 'https://shop.example.com/',
            thumb_url: 'https://shop.example.com/logo.png',
          },
        },
      ],
    ],
    [
      '海报',
      [
        { msgtype: 'text', text: { content: '本周活动：全场满 99 元包邮。' } },
        { msgtype: 'image', image: { media_id: expect.stringMatching(/\S/) } },
      ],
    ],
    [
      '我想买茶',
      [
        {
          msgtype: 'miniprogrampage',
          miniprogrampage: {
            title: '点此下单',
            pagepath: 'pages/index/index?from=kf',
            thumb_media_id: expect.stringMatching(/\S/),
          },
        },
      ],
    ],
    ['订单 20260002', [{ msgtype: 'text', text: { content: '订单 20260002：已发货，预计明天送达。' } }]],
    ['你好吗', [{ msgtype: 'text', text: { content: expect.stringContaining('抱歉，没有听懂。') } }]],
  ])('%s is answered with the right bodies', async (words, bodies) => {
    const openId = someone()
    const [one] = await say(openId, words)
    expect(one).toMatchObject({ status: 200, body: 'success' })
    await world().settled()
    expect(bodiesTo(openId)).toEqual(bodies)
    expect(world().shown(openId)).toHaveLength(bodies.length)
  })

  test('人工 is answered by the transfer itself, and a word besides', async () => {
    const openId = someone()
    const [one] = await say(openId, '人工')
    expect(one?.verdict).toMatchObject({ fields: { MsgType: 'transfer_customer_service' } })
    await world().settled()
    expect(taken(openId)).toEqual(['正在为您转接人工客服，请稍候。'])
  })
})

test('a picture is uploaded once for all', async () => {
  const uploads = () =>
    world()
      .calls()
      .filter(({ path }) => path === '/cgi-bin/media/upload')
  for (const words of ['海报', '下单', '海报']) {
    await say(someone(), words)
    await world().settled()
  }
  expect(uploads()).toHaveLength(1)
  const bytes = Buffer.from(DEMO_PICTURE.replace(/^.*,/, ''), 'base64').length
  expect(uploads()[0]?.body).toMatchObject({ bytes: expect.toSatisfy((sent: number) => sent > bytes) })
})

test.each([
  ['user_enter_tempsession', '你好，欢迎光临！'],
  ['image', '图片已收到。'],
  ['miniprogrampage', '卡片已收到。'],
])('%s is replied to once, however often it comes', async (sample, words) => {
  const openId = someone()
  const tries = await world().push(world().write(sample, 'xml', { openId }), { overlapping: true })
  expect(tries.map(({ verdict }) => verdict.kind)).toEqual(['delivered', 'delivered', 'delivered'])
  await world().settled()
  expect(taken(openId)).toEqual([expect.stringContaining(words)])
})

test('replies to one person go out in the order of what they answer', async () => {
  const openId = someone()
  const asked = ['订单 20260001', '官网', '订单 20260003', '帮助']
  for (const words of asked) await say(openId, words)
  await world().settled()
  expect(taken(openId).map((words) => words.slice(0, 11))).toEqual([
    '订单 20260001',
    '示例小店',
    '订单 20260003',
    '回复“订单”“下单”“',
  ])
})
