import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { answerOf, rewrite } from '../../../shared/im/answer.ts'
import { type Callback, readCallback } from '../../../shared/im/callback.ts'
import { previewOf } from '../../../shared/im/preview.ts'
import { receiveCallback } from '../../../shared/im/receive.ts'
import { isWorthTelling } from '../../../shared/im/worth.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { NOW } from '../../support/build.ts'
import { anyBody, mutated } from '../../support/hostile.ts'
import { ADMIN, aCallbackQuery, aGroupBody, aMessageBody, anImTrust, aStateBody } from '../../support/im.ts'

/** `npm run fuzz` sets 100,000. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 1000)
vi.setConfig({ testTimeout: 30_000 + 10 * numRuns })

/** A callback, or one refusal; whatever else is thrown fails the test. */
function outcomeOf(read: () => Callback): Callback | Fault {
  try {
    return used(read())
  } catch (cause) {
    if (cause instanceof Fault && cause.status === 401) return cause
    throw cause
  }
}

/** What is done with a callback later must not fail either. */
function used(callback: Callback): Callback {
  if ('elements' in callback) expect(previewOf(callback.elements)).not.toMatch(/\p{Cc}|\p{Surrogate}/u)
  if (callback.kind === 'message' || callback.kind === 'group-message') isWorthTelling(callback, NOW, ADMIN)
  if (callback.kind === 'before-message') answerOf(rewrite(callback), callback.scope)
  if ('sentAt' in callback) expect(callback.sentAt).toBeLessThan(10 ** 10)
  return callback
}

const receive = (query: string, body: string | Uint8Array) =>
  outcomeOf(() => receiveCallback(query, Buffer.from(body), anImTrust(), NOW))

const BODIES = [
  aMessageBody(),
  aMessageBody({ CallbackCommand: 'C2C.CallbackBeforeSendMsg' }),
  aGroupBody(),
  aGroupBody({ CallbackCommand: 'Group.CallbackBeforeSendMsg' }),
  aStateBody({ KickedDevice: [{ Platform: 'Web' }] }),
  { CallbackCommand: 'C2C.CallbackAfterMsgReport', Report_Account: 'bob', Peer_Account: 'alice', LastReadTime: NOW },
  { CallbackCommand: 'C2C.CallbackAfterMsgWithDraw', From_Account: 'a', To_Account: 'b', MsgKey: `1_2_${NOW}` },
]
const anyCallback = fc.constantFrom(...BODIES)
const commandOf = (body: Readonly<Record<string, unknown>>): string => String(body.CallbackCommand)

describe('receiveCallback gives a callback or a refusal', () => {
  it('for any bytes under any query', () => {
    const anyQuery = fc.oneof(fc.string({ unit: 'binary' }), fc.webQueryParameters())
    fc.assert(
      fc.property(anyQuery, fc.uint8Array({ maxLength: 200 }), (query, body) => {
        expect(receive(query, body)).toBeInstanceOf(Fault)
      }),
      { numRuns },
    )
  })

  it('for any body that is signed', () => {
    fc.assert(
      fc.property(anyCallback, anyBody, (callback, body) => {
        receive(aCallbackQuery(commandOf(callback)), body)
      }),
      { numRuns },
    )
  })

  it('for a callback that somebody has been at: nobody else’s query is let in', () => {
    const requests = anyCallback.chain((callback) =>
      fc.tuple(mutated(aCallbackQuery(commandOf(callback))), mutated(JSON.stringify(callback))),
    )
    fc.assert(
      fc.property(requests, ([query, body]) => {
        receive(query, body)
      }),
      { numRuns },
    )
  })

  it('for any JSON in any member', () => {
    const anyJson = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(-0, Number.MAX_VALUE, '', '1', [null], {}, '\ud800'),
    )
    const changed = fc.tuple(anyCallback, fc.nat(), anyJson).map(([body, at, value]) => {
      const names = Object.keys(body).filter((name) => name !== 'CallbackCommand')
      return { ...body, [names[at % names.length] ?? '']: value }
    })
    fc.assert(
      fc.property(changed, (body) => {
        outcomeOf(() => readCallback(body, { command: commandOf(body), platform: 'web', requestTime: String(NOW) }))
      }),
      { numRuns },
    )
  })

  it('for any elements of any kind', () => {
    const types = fc.constantFrom(
      'TIMTextElem',
      'TIMSoundElem',
      'TIMFileElem',
      'TIMCustomElem',
      'TIMRelayElem',
      '__proto__',
    )
    const names = ['Text', 'Desc', 'Second', 'FileName', 'Title', 'Data']
    const content = fc.dictionary(fc.constantFrom(...names), fc.jsonValue())
    const elements = fc.array(fc.oneof(fc.record({ MsgType: types, MsgContent: content }), fc.jsonValue()))
    fc.assert(
      fc.property(elements, (MsgBody) => {
        const callback = outcomeOf(() =>
          readCallback(aMessageBody({ MsgBody }), {
            command: 'C2C.CallbackAfterSendMsg',
            platform: 'web',
            requestTime: String(NOW),
          }),
        )
        expect(callback).toMatchObject({ kind: 'message' })
      }),
      { numRuns },
    )
  })
})

describe('signed bodies made to hurt', () => {
  const query = aCallbackQuery('C2C.CallbackAfterSendMsg')

  it.each(['[', '{"a":', '"', '9', '\\u0000'])('give a callback or a refusal, 256 KiB full of %j', (unit) => {
    for (const frame of ['', '{"a":', '{"a":[', '{"CallbackCommand":"C2C.CallbackAfterSendMsg","MsgBody":[']) {
      expect(receive(query, (frame + unit.repeat(2 ** 18)).slice(0, 2 ** 18))).toMatchObject({
        code: 'CALLBACK_UNREADABLE',
      })
    }
  })

  it('are read when they are only large: 3,000 elements, a text of 200,000 letters', () => {
    const element = { MsgType: 'TIMTextElem', MsgContent: { Text: 'x' } }
    const many = aMessageBody({ MsgBody: Array.from({ length: 3000 }, () => element) })
    const long = aMessageBody({ MsgBody: [{ ...element, MsgContent: { Text: ' x'.repeat(100_000) } }] })
    for (const body of [many, long]) expect(receive(query, JSON.stringify(body))).toMatchObject({ kind: 'message' })
  })
})
