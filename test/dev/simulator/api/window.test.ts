import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { OPEN_ID } from '../../../support/build.ts'
import { aWorld, observed, type World } from './world.ts'

const SEND = '/cgi-bin/message/custom/send'
const TYPING = '/cgi-bin/message/custom/typing'
const DAY = 86_400

const text = (content: string) => ({ touser: OPEN_ID, msgtype: 'text', text: { content } })

let world: World
beforeEach(async () => {
  world = await aWorld()
})

const errcodeOf = async (path: string, body: unknown): Promise<unknown> => (await world.call(path, body)).says.errcode
const sends = async (times: number): Promise<readonly unknown[]> => {
  const errcodes = []
  for (let time = 0; time < times; time++) errcodes.push(await errcodeOf(SEND, text(String(time))))
  return errcodes
}

describe('the window of custom/send', () => {
  test('is closed to somebody who never wrote', async () => {
    expect(await sends(1)).toEqual([45015])
    expect(world.api.state(OPEN_ID).window).toEqual({ left: 0, until: undefined, isTyping: false })
  })

  test.each(['text', 'image', 'miniprogrampage'])('takes five messages after a message (%s)', async (kind) => {
    observed(world.api, kind)
    expect(world.api.state(OPEN_ID).window).toEqual({ left: 5, until: '2025-10-11T08:53:20.000Z', isTyping: false })
    expect(await sends(6)).toEqual([0, 0, 0, 0, 0, 45047])
  })

  test('ends 48 hours after the last message', async () => {
    observed(world.api, 'text')
    world.advance(2 * DAY - 1)
    expect(await sends(1)).toEqual([0])
    world.advance(1)
    expect(await sends(1)).toEqual([45015])
  })

  test('is opened anew by a new message and not added to', async () => {
    observed(world.api, 'text')
    await sends(3)
    observed(world.api, 'text')
    expect(await sends(6)).toEqual([0, 0, 0, 0, 0, 45047])
  })

  test('takes two messages in the minute after entering', async () => {
    observed(world.api, 'user_enter_tempsession')
    expect(await sends(3)).toEqual([0, 0, 45047])
    observed(world.api, 'user_enter_tempsession')
    world.advance(59)
    expect(await sends(1)).toEqual([0])
    world.advance(1)
    expect(await sends(1)).toEqual([45015])
  })

  test('is not opened by other events, nor by another person', async () => {
    observed(world.api, 'subscribe_msg_popup_event')
    observed(world.api, 'text', {}, 'oTEST_BBBBBBBBBBBBBBBBBBBBBB')
    expect(await sends(1)).toEqual([45015])
  })

  test('never lets more through than was granted, however time passes', { timeout: 60_000 }, async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('write' as const, 'send' as const) }),
      fc.record({ do: fc.constant('wait' as const), by: fc.integer({ min: 1, max: 2 * DAY }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        world = await aWorld()
        let [left, until] = [0, 0]
        for (const action of steps) {
          if (action.do === 'wait') world.advance(action.by)
          if (action.do === 'write') {
            observed(world.api, 'text')
            left = 5
            until = world.clock() + 2 * DAY * 1000
          }
          if (action.do !== 'send') continue
          const expected = world.clock() >= until ? 45015 : left === 0 ? 45047 : 0
          if (expected === 0) left--
          expect(await sends(1)).toEqual([expected])
        }
        await world.api.close()
      }),
      { numRuns: 30 },
    )
  })
})

describe('custom/typing', () => {
  const type = (command = 'Typing'): Promise<unknown> => errcodeOf(TYPING, { touser: OPEN_ID, command })
  const isTyping = (): boolean => world.api.state(OPEN_ID).window.isTyping

  test('is shown for 15 s', async () => {
    observed(world.api, 'text')
    expect([await type(), await type(), isTyping()]).toEqual([0, 45081, true])
    world.advance(15)
    expect([isTyping(), await type()]).toEqual([false, 0])
  })

  test('ends when it is cancelled, and when a message comes', async () => {
    observed(world.api, 'text')
    expect([await type(), await type('CancelTyping'), isTyping()]).toEqual([0, 0, false])
    expect([await type(), await sends(1), isTyping(), await type()]).toEqual([0, [0], false, 0])
  })

  test('needs a word in the last 30 s, from either side', async () => {
    observed(world.api, 'text')
    world.advance(30)
    expect([await type(), await type('CancelTyping')]).toEqual([0, 0])
    world.advance(1)
    expect(await type()).toBe(45080)
    await sends(1)
    expect(await type()).toBe(0)
  })

  test('is refused without a window, after entering alone, and with another command', async () => {
    expect(await type()).toBe(45015)
    observed(world.api, 'user_enter_tempsession')
    expect(await type()).toBe(45080)
    observed(world.api, 'text')
    expect(await type('typing')).toBe(45072)
  })
})
