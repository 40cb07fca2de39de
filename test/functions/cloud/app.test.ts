import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TemplateId } from '../../../shared/kernel/ids.ts'
import { hours, millis, seconds, toMillis, toSeconds } from '../../../shared/kernel/time.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import type { Documents } from '../../../shared/store/documents.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { KINDS } from '../../../shared/wechat/message.ts'
import { NOW, OPEN_ID } from '../../support/build.ts'
import { aCloudApp, DOWN, LIMIT, NEVER, openApi, someTime, TIMER, text } from '../../support/cloud-app.ts'
import { someone } from '../../support/people.ts'

const DEFAULT = String(RULES.otherwise.text)
const HELP = String(RULES.keywords[1]?.reply)

describe('cloudApp', () => {
  it('gives a slow handler what time there is, answers, and has the timer try again', async () => {
    let isSlow = true
    const orderStatus = async () =>
      isSlow ? await NEVER() : ([{ kind: 'send', message: { kind: 'text', content: '明天' } }] as const)
    const { app, time, sent, events } = aCloudApp({ handlers: { orderStatus } })
    const answer = app(text(OPEN_ID, '订单 20260001'), LIMIT)
    await time.pass(4000)
    expect(await answer).toBe('success')
    expect(time.clock()).toBeLessThanOrEqual(toMillis(NOW) + 4000)
    expect([events('handler.failed'), events('cloud.unfinished')]).toMatchObject([[{ because: 'TimeoutError' }], []])
    expect(events('process.waiting')).toMatchObject([{ reason: 'HANDLER_FAILED', inMs: 15_000 }])
    isSlow = false
    await time.pass(15_000)
    expect([await app(TIMER, LIMIT), sent]).toEqual(['success', ['明天']])
  })

  it('answers before WeChat gives up though a call goes on, and says that it is not done', async () => {
    const { app, time, events } = aCloudApp(openApi({ send: NEVER }))
    const answer = app(text(OPEN_ID, '帮助'), millis(60_000))
    await time.pass(5000)
    expect(await answer).toBe('success')
    expect(events('cloud.unfinished')).toMatchObject([{ kind: 'text', isAccepted: 1 }])
  })

  it('works off at once who waits behind, and in their order', async () => {
    let isDown = true
    const sent: unknown[] = []
    const send = async (body: Readonly<Record<string, unknown>>) => {
      if (isDown) throw Object.assign(new Error('busy'), { errCode: -1 })
      sent.push((body.text as { readonly content: string }).content)
      return { errCode: 0 }
    }
    const { app, time } = aCloudApp(openApi({ send }))
    await app(text(OPEN_ID, '帮助'), LIMIT)
    await time.pass(1000)
    await app(text(OPEN_ID, '你好'), LIMIT)
    isDown = false
    await time.pass(15_000)
    await app(TIMER, LIMIT)
    expect(sent).toEqual([HELP, DEFAULT])
  })

  it('works off what waits for others when a push leaves it time', async () => {
    let fails = 1
    const sent: unknown[] = []
    const send = async ({ touser }: Readonly<Record<string, unknown>>) => {
      fails -= 1
      if (fails >= 0) throw Object.assign(new Error('busy'), { errCode: -1 })
      sent.push(touser)
      return { errCode: 0 }
    }
    const { app, time } = aCloudApp(openApi({ send }))
    const [one, other] = [someone(), someone()]
    await app(text(one, '帮助'), LIMIT)
    await time.pass(15_000)
    await app(text(other, '帮助'), LIMIT)
    expect(sent).toEqual([other, one])
  })

  it('takes no more than there is time for: the rest is due for whoever comes next', async () => {
    const { clock, ...rest } = someTime()
    let isDown = true
    const send = async () => {
      if (isDown) throw Object.assign(new Error('busy'), { errCode: -1 })
      clock.advance(toSeconds(millis(1000)))
      return { errCode: 0 }
    }
    const { app, kept, events } = aCloudApp({ ...openApi({ send }), clock, sleep: rest.sleep })
    for (let n = 0; n < 5; n += 1) await app(text(someone(), '帮助'), millis(2000))
    isDown = false
    await rest.pass(15_000)
    await app(TIMER, LIMIT)
    expect(events('cloud.ticked')).toMatchObject([{ done: 3 }])
    expect(await kept.due(clock(), 10)).toHaveLength(2)
    await app(TIMER, LIMIT)
    expect(await kept.due(clock(), 10)).toHaveLength(0)
  })

  it('answers though the look at what waits for others fails, and warns once', async () => {
    const { app, events, sent } = aCloudApp({}, { due: DOWN })
    for (let n = 0; n < 3; n += 1) expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    expect([events('cloud.without-database').length, sent]).toEqual([1, [HELP, HELP, HELP]])
  })

  it('keeps no event for as long as its maker likes', async () => {
    const { app, kept, time } = aCloudApp()
    await app(text(OPEN_ID, '帮助', { CreateTime: 9_000_000_000 }), LIMIT)
    const [push] = (await kept.of(`openid#cloud#${OPEN_ID}`, 'all')).filter(({ kind }) => kind === 'push')
    expect(push?.expiresAt).toBe(time.clock() + toMillis(hours(96)))
  })

  it('sends a subscribe message later for which no time was left, and once', async () => {
    const templateId = 'tmpl_A' as TemplateId
    const subscribe = { kind: 'subscribe', message: { templateId, data: { thing1: '茶' } } } as const
    const { clock, sleep } = someTime()
    const went: string[] = []
    const { app } = aCloudApp({
      ...openApi({
        send: async () => {
          clock.advance(seconds(2))
          return { errCode: 0 }
        },
        sendSubscribeMessage: async () => {
          went.push('subscribe')
          return { errCode: 0 }
        },
      }),
      clock,
      sleep,
      handlers: {
        orderStatus: async () => {
          clock.advance(seconds(3))
          return [{ kind: 'send', message: { kind: 'text', content: '好的' } }, subscribe]
        },
      },
    })
    const List = [{ TemplateId: templateId, SubscribeStatusString: 'accept', PopupScene: '0' }]
    await app(text(OPEN_ID, '', { MsgType: 'event', Event: 'subscribe_msg_popup_event', List }), LIMIT)
    await app(text(OPEN_ID, '订单 20260001'), LIMIT)
    expect(went).toEqual([])
    for (let minute = 0; minute < 5; minute += 1) {
      clock.advance(seconds(600))
      await app(TIMER, millis(60_000))
    }
    expect(went).toEqual(['subscribe'])
  })

  it('takes no timer’s event from a client when it is strict', async () => {
    const { app } = aCloudApp({ cloudPushStrict: true, caller: () => ({ openId: OPEN_ID, source: 'wx_client' }) })
    expect(await app(TIMER, LIMIT)).toEqual({ ErrCode: -1, ErrMsg: 'refused' })
  })

  it.each([-1, -501001, -601001, -604101, 40003, 45015, 123456])(
    'logs neither openid nor words when WeChat refuses with %d and quotes them',
    async (errCode) => {
      const words = `bad ${OPEN_ID} 我的密码`
      const send = () => Promise.reject(Object.assign(new Error(words), { errCode, errMsg: words, code: words }))
      const { app, lines } = aCloudApp(openApi({ send }))
      await app(text(OPEN_ID, '我的密码', { Event: '我的密码' }), LIMIT)
      await app(text(OPEN_ID, '我的密码', { MsgType: '我的密码' }), LIMIT)
      expect(lines.length).toBeGreaterThan(2)
      expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${OPEN_ID}|密码`))
    },
  )

  it('logs where a push came from though another invocation has begun meanwhile', async () => {
    const caller = { openId: OPEN_ID as string | undefined, source: 'wx_client' as string | undefined }
    const kept = memoryDocuments()
    const add: Documents['add'] = async (document) => {
      Object.assign(caller, { openId: undefined, source: 'wx_trigger' })
      return await kept.add(document)
    }
    const { app, events } = aCloudApp({ caller: () => ({ ...caller }) }, { ...kept, add })
    await app(text(OPEN_ID, '帮助'), LIMIT)
    expect(events('cloud.accepted')).toMatchObject([{ source: 'wx_client' }])
  })

  it('is broken by no event that anybody makes up, and logs nothing of it', async () => {
    const names = [
      'MsgType',
      ' OpenID',
      'OpenId',
      'CreateTime',
      'MsgId',
      '__proto__',
      'List',
      'RevokeInfo',
      'TemplateId',
    ]
    const name = fc.oneof(fc.constantFrom(...names), fc.string())
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(OPEN_ID, -1, 1e308, 1e-9, [[[]]], '\ud800', null))
    const members = fc.dictionary(name, value)
    const event = fc.record({
      FromUserName: fc.constantFrom(OPEN_ID, someone(), '', ' '),
      MsgType: fc.constantFrom('event', 'text', 'image', '', 'EVENT', ' event', 'miniprogrampage'),
      Event: fc.constantFrom(...KINDS),
      List: fc.array(members, { maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(event, members, async (base, more) => {
        const { app, lines, events } = aCloudApp({ caller: () => ({ openId: OPEN_ID, source: 'wx_client' }) })
        await app(JSON.parse(JSON.stringify({ CreateTime: 1, Content: '我的密码', ...more, ...base })), LIMIT)
        expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${OPEN_ID}|密码`))
        expect(events('cloud.broken')).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('says of a caller that is refused no more than how it called', async () => {
    const { app, lines } = aCloudApp({ caller: () => ({ openId: someone(), source: 'wx_client' }) })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toEqual({ ErrCode: -1, ErrMsg: 'refused' })
    expect(lines).toMatchObject([{ event: 'cloud.refused', reason: 'PUSH_FOREIGN', kind: 'text', source: 'wx_client' }])
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${OPEN_ID}|帮助`))
  })

  it('fails with a fault of ours, whatever it is', async () => {
    const { app } = aCloudApp({
      decide: () => {
        throw new TypeError('ours')
      },
    })
    await expect(app(text(OPEN_ID, '帮助'), LIMIT)).rejects.toThrow('ours')
  })
})
