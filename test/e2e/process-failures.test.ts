import { describe, expect, test } from 'vitest'
import { minutes } from '../../shared/kernel/time.ts'
import { personKey } from '../../shared/store/key.ts'
import { someone } from '../support/people.ts'
import { useLocal } from './local.ts'

const { stack, world, say, taken } = useLocal()
const SEND = '/cgi-bin/message/custom/send'

/** What became of all that a person pushed, oldest first. */
const pushesOf = async (openId: string) => {
  const person = personKey(world().account.appId, openId)
  return (await world().pushes())
    .filter(({ key }) => key.startsWith(`${person}/`))
    .map(({ state, attempts, deliveries }) => ({ state, attempts, deliveries }))
}

async function asked(words = '官网'): Promise<string> {
  const openId = someone()
  const tries = await say(openId, words)
  expect(tries.map(({ verdict }) => verdict.kind)).toEqual(['delivered'])
  await world().settled()
  return openId
}

describe('a failure that passes', () => {
  test.each([
    ['WeChat is busy', { errcode: -1 }],
    ['a gateway is down', { status: 502 }],
    ['something else answers', { status: 200 }],
    ['the quota of a minute is used up', { errcode: 45011 }],
  ])('%s: the reply waits, and goes out once', async (_, failure) => {
    world().fail({ path: SEND, times: 1, ...failure })
    const openId = await asked()
    expect(await pushesOf(openId)).toEqual([{ state: 'waiting', attempts: 1, deliveries: 1 }])
    await world().later(minutes(2))
    expect(await pushesOf(openId)).toEqual([{ state: 'done', attempts: 2, deliveries: 1 }])
    expect(taken(openId)).toEqual(['示例小店'])
  })

  test('a call that hangs ends at its own deadline', async () => {
    world().fail({ path: SEND, times: 1, hang: true })
    const openId = await asked()
    expect(await pushesOf(openId)).toEqual([{ state: 'waiting', attempts: 1, deliveries: 1 }])
    await world().later(minutes(2))
    expect(taken(openId)).toEqual(['示例小店'])
  })

  test.each([42001, 40001, 40014] as const)('a token that ends with %i is replaced at once', async (fault) => {
    await asked()
    stack().wechat.expireToken(fault)
    const openId = await asked()
    expect(await pushesOf(openId)).toEqual([{ state: 'done', attempts: 1, deliveries: 1 }])
    expect(taken(openId)).toEqual(['示例小店'])
  })
})

describe('a failure that will not pass', () => {
  test.each([45015, 45047, 40003])('%i ends it without another try', async (errcode) => {
    world().fail({ path: SEND, times: 1, errcode })
    const openId = await asked()
    expect(await pushesOf(openId)).toEqual([{ state: 'done', attempts: 1, deliveries: 1 }])
    await world().later(minutes(90))
    expect(taken(openId)).toEqual([])
  })

  test.each([45002, 40008])('%i is ours to mend: failed at once', async (errcode) => {
    world().fail({ path: SEND, times: 1, errcode })
    const openId = await asked()
    await world().later(minutes(90))
    expect(await pushesOf(openId)).toEqual([{ state: 'failed', attempts: 1, deliveries: 1 }])
    expect(taken(openId)).toEqual([])
  })

  test('what never passes is failed after 30 tries', async () => {
    world().fail({ path: SEND, times: 1_000_000, errcode: -1 })
    const openId = await asked()
    for (let hour = 0; hour < 40; hour += 1) await world().later(minutes(61))
    world().fail({ path: SEND, times: 0 })
    expect(await pushesOf(openId)).toEqual([{ state: 'failed', attempts: 30, deliveries: 1 }])
  })
})
