import { describe, expect, it } from 'vitest'
import { allow, drop, refuse, refuseWith, rewrite, type Verdict } from '../../../shared/im/answer.ts'
import type { BeforeMessage } from '../../../shared/im/callback.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { UserId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { millis, seconds, toMillis } from '../../../shared/kernel/time.ts'
import type { Item } from '../../../shared/store/item.ts'
import { memoryNotices } from '../../../shared/store/memory-notices.ts'
import { mentionOf, noticeOf, presenceOf, readingOf } from '../../../shared/store/notice-item.ts'
import { aClock, NOW } from '../../support/build.ts'
import {
  ADMIN,
  ALICE,
  aCallback,
  aGroupBody,
  aMessageBody,
  aStateBody,
  BOB,
  FIXTURES_NOW,
  IM_FIXTURES,
  IM_TOKEN,
  textElement,
} from '../../support/im.ts'
import { ACCEPTED, anAnswer, anImApp } from '../../support/im-app.ts'

/** The rule that the published answers were made with. */
function publishedRule({ elements }: BeforeMessage, name: string): Verdict {
  const [first] = elements
  const text = first?.kind === 'text' ? first.text : ''
  if (text === 'damn') return rewrite({ elements: [{ kind: 'text', text: '****' }], cloudCustomData: 'masked' })
  if (text !== 'forbidden') return allow
  return name.startsWith('before-custom-code') ? refuseWith(120_001, 'quota exceeded') : refuse
}

function only(items: readonly Item[]): Item {
  const [item, ...others] = items
  if (item === undefined || others.length > 0) throw new Error(`${items.length} items`)
  return item
}

describe('POST /im', () => {
  it.each(IM_FIXTURES)('answers as it was published: $name', async ({ name, query, body, ack }) => {
    const { send, items } = anImApp({ now: FIXTURES_NOW, rule: (message) => publishedRule(message, name) })
    const answer = await send({ query, body: JSON.stringify(body) })
    if (ack === null) {
      expect(answer).toEqual({ status: 401, body: '' })
      expect(items()).toEqual([])
    } else {
      expect(answer).toMatchObject({ status: 200, contentType: 'application/json; charset=utf-8' })
      expect(JSON.parse(answer.body)).toEqual(ack)
    }
  })

  it('keeps a message once, however often it comes, and answers alike', async () => {
    const { send, items, clock, logged } = anImApp()
    expect(await send(aCallback())).toEqual(ACCEPTED)
    clock.advance(seconds(5))
    expect(await send(aCallback(aMessageBody(), { now: seconds(NOW + 5) }))).toEqual(ACCEPTED)
    expect(await send(aCallback())).toEqual(ACCEPTED)
    expect(noticeOf(only(items()))).toEqual({
      to: BOB,
      from: ALICE,
      key: `48374_2837546_${NOW}`,
      sentAt: NOW,
      preview: '在吗？',
    })
    expect(logged()).toMatchObject([
      { level: 'info', event: 'im.accepted', outcome: 'new', kind: 'message', tookMs: 0 },
      { outcome: 'seen' },
      { outcome: 'seen' },
    ])
  })

  it('keeps one notice of a group message, for those whom it mentions', async () => {
    const { send, items } = anImApp()
    const GroupAtInfo = [BOB, ADMIN, 'carol', ALICE].map((GroupAt_Account) => ({ GroupAtAllFlag: 0, GroupAt_Account }))
    await send(aCallback(aGroupBody({ GroupAtInfo })))
    expect(mentionOf(only(items()))).toMatchObject({ group: '@TGS#1ABCDEF', from: ALICE, to: [BOB, 'carol'] })
  })

  it('keeps what was read, and forgets what was recalled, whichever comes first', async () => {
    const recall = {
      CallbackCommand: 'C2C.CallbackAfterMsgWithDraw',
      From_Account: ALICE,
      To_Account: BOB,
      MsgKey: `48374_2837546_${NOW}`,
    }
    for (const bodies of [[aMessageBody(), recall] as const, [recall, aMessageBody()] as const]) {
      const { send, items } = anImApp()
      for (const body of bodies) expect(await send(aCallback(body))).toEqual(ACCEPTED)
      expect(noticeOf(only(items()))).toBeUndefined()
    }
    const { send, items } = anImApp()
    const report = { CallbackCommand: 'C2C.CallbackAfterMsgReport', Report_Account: BOB, Peer_Account: ALICE }
    await send(aCallback({ ...report, LastReadTime: NOW }))
    expect(readingOf(only(items()))).toEqual({ reader: BOB, peer: ALICE, until: NOW })
  })

  it('keeps who is online, on which client and since when', async () => {
    const { send, items } = anImApp()
    await send(aCallback(aStateBody({ KickedDevice: [{ Platform: 'Android' }] }), { platform: 'IOS' }))
    const at = toMillis(NOW)
    expect(presenceOf(only(items()))).toEqual({
      platforms: { ios: { isOnline: true, at }, android: { isOnline: false, at } },
      loginAt: at,
    })
  })

  it('writes nothing more for a copy, a second later, of a state that says no time', async () => {
    const { send, items, clock } = anImApp()
    await send(aCallback(aStateBody({ EventTime: undefined })))
    const before = items()
    clock.advance(seconds(1))
    await send(aCallback(aStateBody({ EventTime: undefined })))
    expect(items()).toEqual(before)
  })

  it('takes the time of the request for a state that says none, and its own for times that are far ahead', async () => {
    for (const EventTime of [undefined, 9_999_999_999_999, 'soon']) {
      const { send, items } = anImApp()
      await send(aCallback(aStateBody({ EventTime })))
      expect(presenceOf(only(items())).loginAt).toBe(toMillis(NOW))
    }
    const { send, items } = anImApp()
    await send(aCallback(aStateBody({ EventTime: NOW * 1000 - 1234 })))
    expect(presenceOf(only(items())).loginAt).toBe(millis(NOW * 1000 - 1234))
    const reader = anImApp()
    const report = { CallbackCommand: 'C2C.CallbackAfterMsgReport', Report_Account: BOB, Peer_Account: ALICE }
    await reader.send(aCallback({ ...report, LastReadTime: 9_999_999_999 }))
    expect(readingOf(only(reader.items())).until).toBe(NOW)
  })

  const harmless: ReadonlyArray<readonly [what: string, body: Readonly<Record<string, unknown>>]> = [
    ['for whoever is online', aMessageBody({ OnlineOnlyFlag: 1 })],
    ['that failed', aMessageBody({ SendMsgResult: 20007 })],
    ['without anything to be seen', aMessageBody({ MsgBody: [] })],
    ['to oneself', aMessageBody({ To_Account: ALICE })],
    ['to the administrator', aMessageBody({ To_Account: ADMIN })],
    ['of eleven minutes ago', aMessageBody({ MsgTime: NOW - 660 })],
    ['of eleven minutes ahead', aMessageBody({ MsgTime: NOW + 660 })],
    ['to all of a group', aGroupBody({ GroupAtInfo: [{ GroupAtAllFlag: 1 }] })],
    ['to nobody of a group', aGroupBody({ GroupAtInfo: undefined })],
    ['which is not sent yet', aMessageBody({ CallbackCommand: 'C2C.CallbackBeforeSendMsg' })],
    ['that is a change of words', aStateBody({ Info: { Action: 'CustomStatusChange', To_Account: BOB } })],
    ['of a command to come', { CallbackCommand: 'Group.CallbackBeforeSomethingNew' }],
  ]
  it.each(harmless)('writes nothing for a message %s, and acknowledges it', async (_, body) => {
    const { send, items, logged } = anImApp()
    expect(await send(aCallback(body))).toEqual(ACCEPTED)
    expect(items()).toEqual([])
    expect(logged()).toMatchObject([{ event: 'im.accepted', outcome: 'nothing' }])
  })

  it('takes either token while one is being replaced', async () => {
    const { send } = anImApp({ trust: { tokens: [new Secret('old-token'), new Secret(IM_TOKEN)] } })
    expect(await send(aCallback())).toEqual(ACCEPTED)
    expect(await send(aCallback(aMessageBody(), { token: 'old-token' }))).toEqual(ACCEPTED)
  })

  it('answers 500 with nothing in it when the table does not take it, and says so', async () => {
    const notices = {
      ...memoryNotices(aClock()),
      notice: () => Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'TimeoutError' })),
    }
    const { send, logged } = anImApp({ notices })
    expect(await send(aCallback())).toEqual({ status: 500, body: '' })
    const reason = { reason: 'TABLE_UNAVAILABLE', because: 'TimeoutError' }
    expect(logged()).toMatchObject([{ level: 'error', event: 'im.failed', ...reason }])
  })

  it('logs nobody’s name or words, and nothing of the query', async () => {
    const { send, lines } = anImApp()
    const callback = aCallback(aMessageBody({ From_Account: 'person-a', To_Account: 'person-b' as UserId }))
    await send(callback)
    await send({ ...callback, query: `${callback.query}&Sign=00` })
    await send({ ...callback, body: 'person-a' })
    expect(lines).toHaveLength(3)
    const sign = new URLSearchParams(callback.query).get('Sign') ?? '-'
    for (const secret of ['person-a', 'person-b', '在吗', sign, '203.0.113.7', IM_TOKEN]) {
      expect(lines.join('')).not.toContain(secret)
    }
  })
})

describe('a message that is not sent yet', () => {
  const unsent = (changes = {}) => aCallback(aMessageBody({ CallbackCommand: 'C2C.CallbackBeforeSendMsg', ...changes }))
  const inGroup = () => aCallback(aGroupBody({ CallbackCommand: 'Group.CallbackBeforeSendMsg' }))
  const OK = { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' }

  it('goes out unless a rule says otherwise, and the rule sees it as it is', async () => {
    const seen: BeforeMessage[] = []
    const rule = (message: BeforeMessage): Verdict => {
      seen.push(message)
      return drop
    }
    expect(await anImApp().send(unsent())).toEqual(ACCEPTED)
    expect(await anImApp({ rule }).send(unsent())).toEqual(anAnswer({ ...OK, ErrorCode: 2 }))
    expect(seen).toMatchObject([
      { scope: 'person', from: ALICE, to: BOB, elements: [{ kind: 'text', text: '在吗？' }] },
    ])
  })

  it('is refused in a group with a code of groups', async () => {
    const { send } = anImApp({ rule: () => refuseWith(10_150, '禁言中') })
    expect(await send(inGroup())).toEqual(anAnswer({ ...OK, ErrorCode: 10_150, ErrorInfo: '禁言中' }))
    expect(await send(unsent())).toEqual(anAnswer({ ...OK, ErrorCode: 1, ErrorInfo: '禁言中' }))
  })

  it('goes out when the rule fails, and the log says that it did', async () => {
    const rule = (): Verdict => {
      throw new TypeError('13800138000')
    }
    const { send, logged, lines } = anImApp({ rule })
    expect(await send(unsent())).toEqual(ACCEPTED)
    expect(logged()).toMatchObject([
      { level: 'error', event: 'im.failed', reason: 'MODERATION_FAILED', because: 'TypeError' },
      { event: 'im.accepted', outcome: 'nothing', kind: 'before-message' },
    ])
    expect(lines.join('')).not.toContain('13800138000')
  })

  it('goes out when it cannot be read, or not be written back', async () => {
    const { send } = anImApp({ rule: ({ elements }) => rewrite({ elements }) })
    expect(await send({ ...unsent(), body: '{' })).toEqual(ACCEPTED)
    expect(await send({ ...unsent(), body: '' })).toEqual(ACCEPTED)
    expect(await send(unsent({ From_Account: 42 }))).toEqual(ACCEPTED)
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
    const body = unsent({ MsgBody: ['DEEP'] }).body.replace('"DEEP"', deep)
    expect(await send({ ...unsent(), body })).toEqual(ACCEPTED)
    expect(await send(unsent({ MsgBody: [textElement('a')] }))).toEqual(
      anAnswer({ ...OK, MsgBody: [textElement('a')] }),
    )
  })
})
