import { describe, expect, test } from 'vitest'
import type { Failure } from '../../dev/simulator/api/failures.ts'
import type { Try } from '../../dev/simulator/sender.ts'
import { minutes } from '../../shared/kernel/time.ts'
import { personKey } from '../../shared/store/key.ts'
import { someone } from '../support/people.ts'
import { useLocal } from './local.ts'

const { stack, world, say, taken } = useLocal()

/** As many as WeChat lets us answer after the last of them. */
const ORDERS = ['20260001', '20260002', '20260003', '20260004', '20260005']
const DOWN = 10

const statesOf = async (people: readonly string[]): Promise<readonly string[]> => {
  const keys = people.map((openId) => `${personKey(world().account.appId, openId)}/`)
  const theirs = (await world().pushes()).filter(({ key }) => keys.some((prefix) => key.startsWith(prefix)))
  return theirs.map(({ state }) => state)
}

async function untilDone(people: readonly string[]): Promise<number> {
  for (let minute = 1; minute <= 90; minute += 1) {
    await world().later(minutes(1))
    if ((await statesOf(people)).every((state) => state === 'done')) return minute
  }
  return expect.fail('not done within 90 minutes')
}

/** The orders that the person was told of, in the order of the messages that WeChat took. */
const toldTo = (openId: string) => taken(openId).map((words) => /\d{8}/.exec(words)?.[0])

describe.each<readonly [how: string, failure: Omit<Failure, 'times'>]>([
  ['answers 502', { path: '*', status: 502 }],
  ['says that it is busy', { path: '*', errcode: -1 }],
  ['gives no token', { path: '/cgi-bin/stable_token', status: 503 }],
  ['takes no message', { path: '/cgi-bin/message/custom/send', errcode: -1 }],
])("WeChat's API %s for 10 minutes", (_, failure) => {
  test('every reply goes out afterwards, in order for each person, once', async () => {
    const people = Array.from({ length: 4 }, someone)
    const tries: Try[] = []
    stack().wechat.expireToken()
    world().fail({ ...failure, times: 1_000_000 })
    for (let minute = 0; minute < DOWN; minute += 1) {
      const order = ORDERS[minute / 2]
      if (order !== undefined) for (const openId of people) tries.push(...(await say(openId, `订单 ${order}`)))
      await world().settled()
      await world().later(minutes(1))
    }
    expect(tries.map(({ verdict }) => verdict.kind)).toEqual(people.flatMap(() => ORDERS.map(() => 'delivered')))
    expect(new Set(await statesOf(people))).toEqual(new Set(['waiting']))
    expect(people.flatMap(toldTo)).toEqual([])

    world().fail({ path: failure.path, times: 0 })
    expect(await untilDone(people)).toBeLessThanOrEqual(60)
    expect(people.map(toldTo)).toEqual(people.map(() => ORDERS))
    expect(people.map((openId) => world().shown(openId).length)).toEqual(people.map(() => ORDERS.length))
  })
})
