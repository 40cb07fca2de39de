import { beforeEach, describe, expect, test } from 'vitest'
import { OPEN_ID } from '../../../support/build.ts'
import { aWorld, observed, type World } from './world.ts'

const SEND = '/cgi-bin/message/custom/send'
const DAY = 86_400

const text = (content: string) => ({ touser: OPEN_ID, msgtype: 'text', text: { content } })
const LINK = {
  title: '帮助',
  description: '如何退货',
  url: 'https://example.org/h',
  thumb_url: 'https://example.org/h.png',
}
const CARD = { title: '订单', pagepath: 'pages/order?id=42', thumb_media_id: 'media_1' }

let world: World
beforeEach(async () => {
  world = await aWorld()
})

const errcodeOf = async (path: string, body: unknown): Promise<unknown> => (await world.call(path, body)).says.errcode

describe('custom/send', () => {
  test('delivers the four kinds in order', async () => {
    observed(world.api, 'image', { MediaId: 'media_1' })
    const { touser, ...rest } = text('你好')
    for (const [msgtype, content] of [
      ['text', rest.text],
      ['image', { media_id: 'media_1' }],
      ['link', LINK],
      ['miniprogrampage', CARD],
    ] as const) {
      expect(await errcodeOf(SEND, { touser, msgtype, [msgtype]: content })).toBe(0)
    }
    const at = '2025-10-09T08:53:20.000Z'
    expect(world.api.delivered(OPEN_ID)).toEqual([
      { at, kind: 'text', content: { content: '你好' } },
      { at, kind: 'image', content: { media_id: 'media_1' } },
      { at, kind: 'link', content: LINK },
      { at, kind: 'miniprogrampage', content: CARD },
    ])
  })

  test.each<readonly [string, unknown, number]>([
    ['no touser', { ...text('a'), touser: undefined }, 40003],
    ['a touser that is too short', { ...text('a'), touser: OPEN_ID.slice(1) }, 40003],
    ['no msgtype', { touser: OPEN_ID }, 40008],
    ['a msgtype of official accounts', { touser: OPEN_ID, msgtype: 'voice', voice: { media_id: 'media_1' } }, 40008],
    ['a name that every object has', { touser: OPEN_ID, msgtype: 'constructor', constructor: {} }, 40008],
    ['no member of its msgtype', { touser: OPEN_ID, msgtype: 'text' }, 40035],
    ['a member that is no object', { touser: OPEN_ID, msgtype: 'text', text: 'a' }, 47001],
    ['an empty text', text(''), 44004],
    ['a text that is a number', { touser: OPEN_ID, msgtype: 'text', text: { content: 1 } }, 47001],
    ['a text one byte too long', text('a'.repeat(2049)), 45002],
    ['a text too long in Chinese', text('好'.repeat(683)), 45002],
    ['an unknown picture', { touser: OPEN_ID, msgtype: 'image', image: { media_id: 'media_2' } }, 40007],
    ['a link without its title', { touser: OPEN_ID, msgtype: 'link', link: { ...LINK, title: undefined } }, 40035],
    ['a link to nowhere', { touser: OPEN_ID, msgtype: 'link', link: { ...LINK, url: 'pages/a' } }, 40066],
    [
      'a card without its page',
      { touser: OPEN_ID, msgtype: 'miniprogrampage', miniprogrampage: { ...CARD, pagepath: '' } },
      40035,
    ],
    [
      'a card with an unknown picture',
      { touser: OPEN_ID, msgtype: 'miniprogrampage', miniprogrampage: { ...CARD, thumb_media_id: 'x' } },
      40007,
    ],
  ])('refuses %s, which costs nothing', async (_, body, errcode) => {
    observed(world.api, 'image', { MediaId: 'media_1' })
    expect(await errcodeOf(SEND, body)).toBe(errcode)
    expect(world.api.state(OPEN_ID).window.left).toBe(5)
    expect(world.api.delivered(OPEN_ID)).toEqual([])
  })

  test('takes a text of 2048 bytes', async () => {
    observed(world.api, 'text')
    expect(await errcodeOf(SEND, text(`${'好'.repeat(682)}aa`))).toBe(0)
  })

  test('does not send a picture that is three days old', async () => {
    observed(world.api, 'image', { MediaId: 'media_1' })
    world.advance(3 * DAY)
    observed(world.api, 'text')
    expect(await errcodeOf(SEND, { touser: OPEN_ID, msgtype: 'image', image: { media_id: 'media_1' } })).toBe(40007)
  })
})
