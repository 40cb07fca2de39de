import { describe, expect, expectTypeOf, it } from 'vitest'
import { type HandlerName, handlersOf } from '../../../shared/reply/handlers.ts'
import type { RuleTable, Transfer } from '../../../shared/reply/rule.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { card, checkHandlers, image, link, rules, run, transfer } from '../../../shared/reply/table.ts'

const LINK = { title: '官网', description: '说明', url: 'https://a.example/', thumbUrl: 'https://a.example/a.png' }
const CARD = { title: '下单', pagePath: 'pages/index?id=1', thumb: { mediaId: 'm' } }

const aTable = (changes: Partial<RuleTable> = {}): RuleTable => ({
  welcome: '你好',
  keywords: [],
  otherwise: { text: '你好', image: '你好', miniprogrampage: '你好' },
  events: {},
  ...changes,
})

const replying = (reply: RuleTable['keywords'][number]['reply']) => aTable({ keywords: [{ when: '好', reply }] })

describe('rules', () => {
  it('lets through what can be sent', () => {
    const table = replying([transfer, '好', link(LINK), card(CARD), image({ url: 'data:image/png;base64,iVBORw0K' })])
    expect(rules(table)).toBe(table)
    expect(rules(aTable({ welcome: [], events: { unknown: run('orderStatus') } }))).toBeDefined()
  })

  it.each([
    ['welcome', aTable({ welcome: ' ' })],
    ['keywords[0].when', aTable({ keywords: [{ when: [], reply: '好' }] })],
    ['keywords[0].when[0]', aTable({ keywords: [{ when: '　', reply: '好' }] })],
    ['keywords[0].when[1]', aTable({ keywords: [{ when: ['好', /a/g], reply: '好' }] })],
    ['keywords[0].when[0]', aTable({ keywords: [{ when: /a/y, reply: '好' }] })],
    ['keywords[0].reply', replying('')],
    ['keywords[0].reply[1]', replying(['好', '\n'])],
    ['keywords[0].reply', replying(['1', '2', '3', '4', '5', '6'])],
    ['keywords[0].reply.picture', replying(image({ url: 'http://a.example/a.png' }))],
    ['keywords[0].reply.picture', replying(image({ url: 'data:image/png;base64,' }))],
    ['keywords[0].reply.picture', replying(image({ mediaId: '' }))],
    ['keywords[0].reply.title', replying(link({ ...LINK, title: '' }))],
    ['keywords[0].reply.description', replying(link({ ...LINK, description: '' }))],
    ['keywords[0].reply.url', replying(link({ ...LINK, url: 'http://a.example/' }))],
    ['keywords[0].reply.thumbUrl', replying(link({ ...LINK, thumbUrl: 'https://' }))],
    ['keywords[0].reply.title', replying(card({ ...CARD, title: '' }))],
    ['keywords[0].reply.pagePath', replying(card({ ...CARD, pagePath: '/pages/index' }))],
    ['keywords[0].reply.thumb', replying(card({ ...CARD, thumb: { url: 'a.png' } }))],
    ['keywords[0].reply.seconds', replying(run('orderStatus', { seconds: 0 }))],
    ['keywords[0].reply.seconds', replying(run('orderStatus', { seconds: 601 }))],
    ['keywords[0].reply', replying([run('orderStatus', { seconds: 60 }), '好', run('orderStatus', { seconds: 60.5 })])],
    ['events.debug_demo', aTable({ events: { debug_demo: [1, 2, 3].map(() => run('orderStatus', { seconds: 50 })) } })],
    ['keywords[0].reply.tries', replying(run('orderStatus', { tries: 1.5 }))],
    ['keywords[0].reply.otherwise', replying(run('orderStatus', { otherwise: '' }))],
    ['otherwise.image', aTable({ otherwise: { text: '好', image: '', miniprogrampage: '好' } })],
    ['events.debug_demo.tries', aTable({ events: { debug_demo: run('orderStatus', { tries: 0 }) } })],
  ])('names %s when that is what is wrong', (place, table) => {
    const named = new RegExp(
      `^RULES_INVALID rules=${place.replace(/[[\]]/g, '\\$&')} \\([^)]+; [^)]*\\p{Script=Han}`,
      'u',
    )
    expect(() => rules(table)).toThrow(named)
  })

  it('gives the handlers of one list 120 seconds together, and each list its own', () => {
    const long = run('orderStatus', { seconds: 60 })
    const table = aTable({ keywords: ['一', '二'].map((when) => ({ when, reply: [long, long] })) })
    expect(rules(table)).toBe(table)
    expect(() => rules(replying([long, long, run('orderStatus')]))).toThrow(
      'rules=keywords[0].reply (its handlers have 140 seconds together, at most 120; 各处理函数合计 140 秒，最多 120 秒): ',
    )
  })

  it('names a keyword that an earlier rule takes away', () => {
    const keywords = ['人工', 'Help', '人工！'].map((when) => ({ when, reply: '好' }))
    expect(() => rules(aTable({ keywords }))).toThrow(
      /rules=keywords\[2\]\.when \(人工！: keywords\[0\] has it already/,
    )
    expect(rules(aTable({ keywords: [{ when: ['help', 'HELP'], reply: '好' }] }))).toBeDefined()
  })

  it('names everything at once', () => {
    const broken = aTable({ welcome: '', keywords: [{ when: '', reply: image({ mediaId: '' }) }] })
    expect(() => rules(broken)).toThrow(/welcome .*keywords\[0\]\.when\[0\] .*keywords\[0\]\.reply\.picture /)
  })

  it('does not compile with a handler that is not there, a human agent who welcomes, or three welcomes', () => {
    expectTypeOf(run).parameter(0).toEqualTypeOf<HandlerName>()
    expectTypeOf<HandlerName>().toEqualTypeOf<'orderStatus'>()
    expectTypeOf<Transfer>().not.toExtend<RuleTable['welcome']>()
    expectTypeOf<readonly [string, string, string]>().not.toExtend<RuleTable['welcome']>()
    expectTypeOf<Transfer>().toExtend<RuleTable['otherwise']['image']>()
    expectTypeOf<{ text: string; image: string }>().not.toExtend<RuleTable['otherwise']>()
    expectTypeOf<'text' | 'user_enter_tempsession'>().not.toExtend<keyof RuleTable['events']>()
  })
})

describe('run', () => {
  it('tries three times for twenty seconds unless it is told otherwise', () => {
    expect(run('orderStatus')).toEqual({ kind: 'run', handler: 'orderStatus', deadline: 20_000, tries: 3 })
    expect(run('orderStatus', { seconds: 5, tries: 2, otherwise: '抱歉' })).toEqual({
      kind: 'run',
      handler: 'orderStatus',
      deadline: 5000,
      tries: 2,
      otherwise: { kind: 'text', content: '抱歉' },
    })
  })
})

describe('checkHandlers', () => {
  const table = { ...RULES, events: { xpay_goods_deliver_notify: run('orderStatus') } }

  it('finds every handler that a rule calls', () => {
    expect(() => checkHandlers(table, handlersOf({}))).not.toThrow()
  })

  it('names those that are not there, in both languages', () => {
    expect(() => checkHandlers(table, {})).toThrow(
      /^RULES_INVALID rules=run\('orderStatus'\) \(no such handler.*没有这个处理函数/,
    )
  })
})
