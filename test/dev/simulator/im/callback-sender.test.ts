import { afterEach, describe, expect, test, vi } from 'vitest'
import { signOf } from '../../../../dev/simulator/im/callback-sender.ts'
import { Secret } from '../../../../shared/kernel/secret.ts'
import vectors from '../../../fixtures/vectors/im-callback-sign.json' with { type: 'json' }
import { NOW } from '../../../support/build.ts'
import { aWorld, isSigned, OK, says } from './world.ts'

test.each(vectors.vectors)('the published signature of $note', ({ token, requestTime, sign }) => {
  expect(signOf(new Secret(token), requestTime)).toBe(sign)
})

describe('a callback', () => {
  test('comes as Tencent sends it', async () => {
    const { im, received } = await aWorld()
    const [told] = await im.comeOnline('bob')
    expect(received).toMatchObject([
      {
        method: 'POST',
        query: {
          SdkAppid: '1400000000',
          CallbackCommand: 'State.StateChange',
          contenttype: 'json',
          ClientIP: expect.stringMatching(/^\d+(?:\.\d+){3}$/),
          OptPlatform: 'Web',
          Sign: expect.stringMatching(/^[\da-f]{64}$/),
          RequestTime: String(NOW),
        },
        body: { CallbackCommand: 'State.StateChange' },
      },
    ])
    expect(received.map(isSigned)).toEqual([true])
    expect(told).toEqual({
      at: '2025-10-09T08:53:20.000Z',
      command: 'State.StateChange',
      platform: 'Web',
      body: received[0]?.body,
      tries: [
        {
          status: 200,
          body: JSON.stringify(OK),
          tookMs: expect.any(Number),
          verdict: { kind: 'taken', rewritten: {} },
        },
      ],
      verdict: { kind: 'taken', rewritten: {} },
    })
    expect(im.callbacks()).toEqual([told])
  })

  test('takes a connection that there is', async () => {
    const { im, received } = await aWorld()
    for (let n = 0; n < 10; n += 1) await im.comeOnline('bob')
    expect(new Set(received.map(({ from }) => from)).size).toBeLessThan(received.length)
  })

  test('goes nowhere without a URL, and none does that is not ticked', async () => {
    const { im, received } = await aWorld({ callback: { commands: ['C2C.CallbackAfterSendMsg'] } })
    expect(await im.comeOnline('bob')).toEqual([])
    await im.sendMessage({ from: 'alice', to: 'bob', text: '在吗' })
    expect(received.map(({ body }) => body.CallbackCommand)).toEqual(['C2C.CallbackAfterSendMsg'])
  })

  test('asks for the URL each time', async () => {
    const { im, received } = await aWorld()
    await im.comeOnline('bob')
    const url = 'http://127.0.0.1:1/im'
    const other = await aWorld({ callback: { url: () => url } })
    const [told] = await other.im.comeOnline('bob')
    expect([received.length, told?.verdict.kind]).toEqual([1, 'unanswered'])
  })

  test('comes a second time with the same body, and a signature of its own', async () => {
    const { im, received, advance } = await aWorld()
    const { after } = await im.sendMessage({ from: 'alice', to: 'bob', text: '在吗' })
    advance(7)
    if (after !== undefined) await im.redeliver(after)
    expect(received).toHaveLength(2)
    expect(received[1]?.text).toBe(received[0]?.text)
    expect(received.map(({ query }) => query.RequestTime)).toEqual([String(NOW), String(NOW + 7)])
    expect(received.map(isSigned)).toEqual([true, true])
  })

  test('is changed on its way by a forger', async () => {
    const { im, received } = await aWorld()
    const sent = await im.sendMessage({
      from: 'alice',
      to: 'bob',
      text: '在吗',
      tamper: ({ query, body }) => ({
        query: query.replace(/Sign=\w/, 'Sign=x'),
        body: body.replace('alice', 'mallory'),
      }),
    })
    expect(received.map(isSigned)).toEqual([false])
    expect(received[0]?.body.From_Account).toBe('mallory')
    expect(sent.after?.body.From_Account).toBe('alice')
  })
})

describe('a callback that fails', () => {
  afterEach(() => void vi.restoreAllMocks())

  test('is not tried again by default', async () => {
    const { im, received, answer } = await aWorld()
    answer(says({}, 500))
    const [told] = await im.comeOnline('bob')
    expect([received.length, told?.verdict]).toEqual([1, { kind: 'failed', because: 'HTTP 500' }])
  })

  test('is tried again as often as the console says, until it is taken', async () => {
    const { im, received, answer } = await aWorld({ callback: { retries: 2 } })
    answer(says({}, 500))
    expect((await im.comeOnline('bob'))[0]?.tries).toHaveLength(3)
    answer((response, one) => says({}, received.length === 4 ? 503 : 200)(response, one))
    expect((await im.comeOnline('bob'))[0]?.tries.map(({ status }) => status)).toEqual([503, 200])
    expect(received[4]?.text).toBe(received[3]?.text)
  })

  test('before a message is never tried again', async () => {
    const { im, received, answer } = await aWorld({
      callback: { retries: 2, commands: ['C2C.CallbackBeforeSendMsg'] },
    })
    answer(says({}, 500))
    await im.sendMessage({ from: 'alice', to: 'bob', text: '在吗' })
    expect(received).toHaveLength(1)
  })

  test('is one that takes too long', async () => {
    const { im, answer } = await aWorld({ answerWithinMs: 50 })
    answer(() => undefined)
    const [told] = await im.comeOnline('bob')
    expect(told?.tries).toMatchObject([{ status: -1, verdict: { kind: 'unanswered', because: 'no answer in time' } }])
  })

  test('has two seconds', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout')
    const { im } = await aWorld()
    await im.comeOnline('bob')
    expect(timeout.mock.calls).toEqual([[2000]])
  })
})
