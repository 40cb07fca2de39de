import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTimer, readEvent } from '../../../functions/cloud/event.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { OPEN_ID } from '../../support/build.ts'

const TEXT = {
  ToUserName: 'wx0000aaaa1111bbbb',
  FromUserName: OPEN_ID,
  CreateTime: 1_760_000_000,
  MsgType: 'text',
  Content: '你好 👋🏽',
  MsgId: '49d72d67b16d115e7935ac386f2f0fa41535298877_1555684067',
}
const EVENT = { ...TEXT, MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: '订单' }
const keyOf = (event: object): string => readEvent(event).dedupKey

describe('readEvent', () => {
  it('reads a push that comes as an object', () => {
    const { message, text, fields } = readEvent(TEXT)
    expect(message).toMatchObject({
      kind: 'text',
      content: '你好 👋🏽',
      fromUserName: OPEN_ID,
      createTime: 1_760_000_000,
    })
    expect([JSON.parse(text), fields.MsgId]).toEqual([TEXT, TEXT.MsgId])
  })

  it('knows a message by its MsgId, of whatever form', () => {
    const ids = [TEXT.MsgId, '23637352235060881', '23637352235060882', 7, 8, '00123', '123']
    expect(new Set(ids.map((MsgId) => keyOf({ ...TEXT, MsgId }))).size).toBe(ids.length)
    for (const MsgId of ids) {
      expect(keyOf({ ...TEXT, MsgId })).toMatch(/^msg-[\da-f]{64}$/)
      expect(keyOf({ ...TEXT, MsgId, CreateTime: 1, Content: 'retried' })).toBe(keyOf({ ...TEXT, MsgId }))
    }
    expect(keyOf({ ...TEXT, MsgId: '7' })).toBe(keyOf({ ...TEXT, MsgId: 7 }))
  })

  it('takes two messages for two though their MsgId has lost its last digits', () => {
    const [first, second] = [JSON.parse('23637352235060881'), JSON.parse('23637352235060882')]
    expect(first).toBe(second)
    const key = keyOf({ ...TEXT, MsgId: first })
    expect(keyOf({ ...TEXT, MsgId: second, Content: 'another' })).not.toBe(key)
    expect(keyOf({ ...TEXT, MsgId: first })).toBe(key)
    expect(keyOf({ ...TEXT, MsgId: 2 ** 70 })).not.toBe(keyOf({ ...TEXT, MsgId: 2 ** 71 }))
  })

  it.each([[''], [null], [undefined], [{}], [[1]], [true]])(
    'knows a message by what it says when its MsgId is %j',
    (MsgId) => {
      const key = keyOf({ ...TEXT, MsgId })
      expect(keyOf({ ...TEXT, MsgId, Content: 'another' })).not.toBe(key)
      expect(keyOf({ ...TEXT, MsgId })).toBe(key)
    },
  )

  it('knows an event by what it says, however it spells that it is one', () => {
    for (const MsgType of ['event', 'Event']) {
      const key = keyOf({ ...EVENT, MsgType })
      expect(key).toMatch(/^event-1760000000-user_enter_tempsession-/)
      expect(keyOf({ ...EVENT, MsgType, SessionFrom: '首页' })).not.toBe(key)
    }
  })

  it('leaves out what the platform has put beside it, and nothing inside of it', () => {
    const injected = { userInfo: { openId: OPEN_ID, appId: 'wx' }, tcbContext: {} }
    const { text, dedupKey } = readEvent({ ...EVENT, ...injected })
    expect([JSON.parse(text), dedupKey]).toEqual([EVENT, keyOf(EVENT)])
    expect(JSON.parse(readEvent({ ...EVENT, List: { userInfo: 1 } }).text)).toMatchObject({ List: { userInfo: 1 } })
  })

  it.each([
    [undefined],
    [null],
    ['text'],
    [7],
    [[]],
    [[TEXT]],
    [{}],
    [{ MsgType: 'text' }],
    [{ FromUserName: OPEN_ID }],
    [{ ...TEXT, MsgType: ['text'] }],
    [{ ...TEXT, FromUserName: { toString: OPEN_ID } }],
    [Object.create(TEXT)],
  ])('refuses %j, which is no push', (event) => {
    expect(() => readEvent(event)).toThrow(/^BODY_UNREADABLE/)
  })

  it.each([100, 10_000, 200_000])('refuses what is %i deep', (depth) => {
    const deep = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(() => readEvent({ ...TEXT, List: deep })).toThrow(/^BODY_UNREADABLE/)
  })

  it('refuses what is larger than a push', () => {
    expect(() => readEvent({ ...TEXT, Content: '茶'.repeat(100_000) })).toThrow(/^BODY_TOO_LARGE bytes=300\d{3}:/)
  })

  it('reads any object or refuses it, and says nothing of what is in it', () => {
    const part = fc.option(fc.jsonValue(), { nil: undefined })
    const names = ['MsgType', 'FromUserName', 'Event', 'MsgId', 'CreateTime', '__proto__', 'toString', 'List']
    const object = fc.record(Object.fromEntries(names.map((name) => [name, part])), { requiredKeys: [] })
    fc.assert(
      fc.property(object, (event) => {
        try {
          expect(readEvent({ FromUserName: OPEN_ID, MsgType: 'text', ...event }).dedupKey).not.toBe('')
        } catch (cause) {
          expect(cause instanceof Fault && cause.code).toBe('BODY_UNREADABLE')
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('isTimer', () => {
  it('knows the timer, and takes no push for one', () => {
    expect(isTimer({ Type: 'Timer', TriggerName: 'due', Time: '2026-01-01T00:00:00Z' })).toBe(true)
    for (const event of [
      { ...TEXT, Type: 'Timer' },
      TEXT,
      undefined,
      null,
      'Timer',
      Object.create({ Type: 'Timer' }),
    ]) {
      expect(isTimer(event)).toBe(false)
    }
  })
})
