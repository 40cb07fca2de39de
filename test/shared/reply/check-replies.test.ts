import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TemplateId } from '../../../shared/kernel/ids.ts'
import { repliesOf } from '../../../shared/reply/check-replies.ts'
import type { Reply } from '../../../shared/reply/handler.ts'
import { card, image, link, send } from '../../../shared/reply/messages.ts'

const PAGE = { url: 'https://a.example/', thumbUrl: 'https://a.example/a.png' }
const NOTICE = { templateId: 'TMPL_A' as TemplateId, data: { thing1: '订单' } }
const REPLIES: readonly Reply[] = [
  send('好'),
  send(image({ mediaId: 'm' })),
  send(image({ url: 'data:image/png;base64,iVBORw0K' })),
  send(link({ title: '官网', description: '说明', ...PAGE })),
  send(card({ title: '下单', pagePath: 'pages/index?id=1', thumb: { url: PAGE.thumbUrl } })),
  { kind: 'subscribe', message: NOTICE },
  { kind: 'subscribe', message: { ...NOTICE, data: {}, page: 'p', lang: 'en_US', state: 'trial' } },
]
const sending = (message: unknown) => [{ kind: 'send', message }]
const subscribing = (change: object) => [{ kind: 'subscribe', message: { ...NOTICE, ...change } }]
/** A list of one text that has so many bytes as JSON. */
const ofBytes = (bytes: number) => [send('x'.repeat(bytes - JSON.stringify([send('')]).length))]
const ROUND: unknown[] = []
ROUND.push(ROUND)

describe('repliesOf', () => {
  it('lets through what can be sent, nothing and ten at once too', () => {
    expect(repliesOf(REPLIES)).toEqual(REPLIES)
    expect(repliesOf([])).toEqual([])
    expect(repliesOf(Array(10).fill(send('好')))).toHaveLength(10)
    expect(repliesOf(ofBytes(64 * 1024))).toHaveLength(1)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['words', '好'],
    ['one reply without its list', send('好')],
    ['a list of nothing', [undefined]],
    ['a list of words', ['好']],
    ['a misspelt kind', [{ kind: 'sned', message: { kind: 'text', content: '好' } }]],
    ['a kind of Object.prototype', sending({ kind: 'toString' })],
    ['no message', sending(undefined)],
    ['words for a message', sending('好')],
    ['an empty text', sending({ kind: 'text', content: ' ' })],
    ['a text that is none', sending({ kind: 'text', content: 7 })],
    ['no picture', sending({ kind: 'image', picture: undefined })],
    ['a picture that is none', sending({ kind: 'image', picture: 'https://a.example/a.png' })],
    ['a mediaId that is none', sending({ kind: 'image', picture: { mediaId: 7 } })],
    ['a picture without https', sending({ kind: 'image', picture: { url: 'http://a.example/a.png' } })],
    ['a link without a title', sending({ kind: 'link', description: '说明', ...PAGE })],
    ['a path that is none', sending({ kind: 'miniprogrampage', title: 'a', pagePath: 7, thumb: { mediaId: 'm' } })],
    ['no template', subscribing({ templateId: '' })],
    ['no data', subscribing({ data: undefined })],
    ['a list for data', subscribing({ data: ['订单'] })],
    ['data that are numbers', subscribing({ data: { number1: 7 } })],
    ['a page that is none', subscribing({ page: 7 })],
    ['a good reply and a bad one', [send('好'), 7]],
    ['eleven replies', Array(11).fill(send('好'))],
    ['a thousand', Array(1000).fill(send('好'))],
    ['a byte too many', ofBytes(64 * 1024 + 1)],
    ['many bytes in few characters', [send('茶'.repeat(22_000))]],
    ['a large data: picture', [send(image({ url: `data:image/png;base64,${'A'.repeat(70_000)}` }))]],
    ['what goes round in circles', ROUND],
    ['a number too large for JSON', [{ ...send('好'), id: 1n }]],
    ['a function', () => [send('好')]],
  ])('refuses %s', (_, returned) => {
    expect(repliesOf(returned)).toBeUndefined()
  })

  it('hands on what the table would give back, whatever it was given, and never throws', () => {
    const member = fc.oneof(
      fc.anything(),
      fc.constantFrom('send', 'text', '好', ...REPLIES.map(({ message }) => message)),
    )
    const reply = fc.oneof(fc.constantFrom(...REPLIES), fc.record({ kind: member, message: member }), fc.anything())
    fc.assert(
      fc.property(fc.oneof(fc.array(reply, { maxLength: 4 }), fc.anything()), (returned) => {
        const replies = repliesOf(returned)
        if (replies !== undefined) expect(JSON.parse(JSON.stringify(replies))).toEqual(replies)
      }),
    )
  })
})
