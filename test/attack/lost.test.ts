import type { DynamoDBRecord } from 'aws-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keep } from '../../functions/im/keep.ts'
import { noticesApp } from '../../functions/send/notices.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import { millis, seconds, toSeconds } from '../../shared/kernel/time.ts'
import { order } from '../../shared/notify/order.ts'
import { dynamoOrders } from '../../shared/store/dynamo-order.ts'
import { firstTemplate } from '../../shared/reply/templates.ts'
import { aGroupBody, readBody } from '../support/im.ts'
import { startTable, type TestTable } from '../support/table.ts'
import { type Told, telling } from '../support/telling.ts'

let table: TestTable
let world: ReturnType<typeof telling>
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = telling(table)
})
afterAll(() => table.close())

const ordering = () => ({ ...world.deps, orders: dynamoOrders(table.client(), table.tableName, world.clock) })
let numbers = 0
function record(pk: string, sk: string, sentAtSec?: number): DynamoDBRecord {
  numbers += 1
  const image = sentAtSec === undefined ? {} : { NewImage: { sentAtSec: { N: String(sentAtSec) } } }
  return { dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber: String(numbers), ...image } }
}
const send = (Records: DynamoDBRecord[], deps = world.deps) => noticesApp(deps)({ Records }, () => millis(290_000))
const noticed = ({ person }: Told) => record(person, 'notice#1#alice#1')
const due = ({ person }: Told) => record(person, 'notify')
const data = { thing1: 'a', thing2: 'b', time3: '2026年11月21日 09:30', number4: '1' }
const request = (to: string, idempotencyKey: string) => ({
  to,
  message: { templateId: firstTemplate(), data },
  idempotencyKey,
})

describe('L1 a flood that is taken back', () => {
  it.each([100, 1000])('of %d does not hide what somebody else has written', async (count) => {
    const who = await world.aPerson(5)
    await world.write(who, { from: 'carol' as UserId })
    await send([noticed(who)])
    expect(world.wechat.asked).toHaveLength(1)
    world.later(11_000) // within the cooldown
    await world.write(who, { from: 'bob' as UserId, preview: 'bob waits' })
    world.later(1_000)
    // mallory writes 1000 and takes them back
    for (let i = 0; i < count; i += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, j) =>
          world.inbox.recall({ to: who.userId, from: 'mallory' as UserId, key: `${i + j}_1_1`, sentAt: toSeconds(world.clock()) }),
        ),
      )
    world.later(60_000)
    await send([due(who)])
    expect(world.wechat.asked).toHaveLength(2)
  })
})

describe('L2 a group message that was handed on late', () => {
  async function toldOnce() {
    const who = await world.aPerson(5)
    await world.write(who)
    await send([noticed(who)])
    world.later(61_000)
    await send([due(who)])
    expect(world.wechat.asked).toHaveLength(1)
    world.later(11_000)
    return who
  }
  async function late(who: Told) {
    const sentAt = seconds(toSeconds(world.clock()) - 1500)
    await world.write(who, { group: 'g', sentAt, preview: 'late' })
    return record(who.person, 'notice#late', sentAt)
  }

  it('control: is told', async () => {
    const who = await toldOnce()
    await send([await late(who)])
    expect(world.wechat.asked).toHaveLength(2)
  })

  it('is told when whoever told it has died before WeChat had it', async () => {
    const who = await toldOnce()
    const coming = await late(who)
    let isCut = () => {}
    const cut = new Promise<void>((resolve) => {
      isCut = resolve
    })
    const dying = {
      ...world.deps,
      sendSubscribeMessage: () => {
        isCut()
        return new Promise<never>(() => {})
      },
    }
    void send([coming], dying)
    await cut
    expect(await send([coming])).toEqual({ batchItemFailures: [] }) // Lambda hands the batch out again
    world.later(901_000)
    await send([due(who)])
    expect(world.wechat.asked).toHaveLength(2)
  })

  it('is told when somebody else has written the permit meanwhile', async () => {
    const who = await toldOnce()
    const coming = await late(who)
    const onlineStatus = async (people: readonly UserId[]) => {
      // meanwhile the permit is written: a message of /send's
      await order(request(who.openId, `between-${who.openId}`), ordering())
      return new Map(people.map((each) => [each, 'Offline'] as const))
    }
    await send([coming], { ...world.deps, onlineStatus })
    expect((await world.notify(who)).next, 'neither told nor planned').toBeUndefined()
    world.later(3_700_000)
    await send([due(who)])
    expect(world.wechat.asked).toHaveLength(3)
  })

  it('is told when it comes while another one is on its way', async () => {
    const who = await toldOnce()
    await world.write(who)
    let isCut = () => {}
    const cut = new Promise<void>((resolve) => {
      isCut = resolve
    })
    const dying = {
      ...world.deps,
      sendSubscribeMessage: () => {
        isCut()
        return new Promise<never>(() => {})
      },
    }
    void send([noticed(who)], dying)
    await cut
    world.later(11_000)
    await send([await late(who)])
    world.later(901_000)
    await send([due(who)])
    expect(world.wechat.asked).toHaveLength(2)
    expect(world.wechat.asked[1]?.message.data.number4).toBe('2')
  })
})

describe('L3 the last permit is held by a request that then fails', () => {
  it('a chat message meanwhile is told later, or waits', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    const deps = {
      ...ordering(),
      sendSubscribeMessage: async () => {
        await send([noticed(who)]) // the batch comes while the request is on its way
        throw new (await import('../../shared/kernel/fault.ts')).Fault('WECHAT_REFUSED', { call: 'x', errcode: 45009 })
      },
    }
    const outcome = await order(request(who.openId, `k-${who.openId}`), deps)
    expect(outcome.kind).toBe('try-again')
    expect(await world.left(who.openId)).toBe(1)
    const { next } = await world.notify(who)
    // a permit, an unseen message, and nothing that would look at it again
    expect(next).toBeDefined()
  })
})

describe('L4 a request whose process dies', () => {
  it('gives the permit back, though nobody asks again', async () => {
    const who = await world.aPerson(1)
    let isCut = () => {}
    const cut = new Promise<void>((resolve) => {
      isCut = resolve
    })
    const { idempotencyKey: _, ...keyless } = request(who.openId, '')
    void order(keyless, {
      ...ordering(),
      sendSubscribeMessage: () => {
        isCut()
        return new Promise<never>(() => {})
      },
    })
    await cut
    world.later(50 * 3_600_000)
    await world.write(who)
    await send([noticed(who)])
    expect(await world.left(who.openId)).toBe(0)
    expect(world.wechat.asked).toHaveLength(1)
  })
})

describe('L5 clocks', () => {
  it('a login whose time is five minutes ahead of ours does not hide what comes after it', async () => {
    const who = await world.aPerson(2)
    const now = toSeconds(world.clock())
    const login = { kind: 'state', userId: who.userId, change: 'login', platform: 'web', at: millis((now + 300) * 1000), kicked: [] } as const
    await keep(login, now, { notices: world.inbox, admin: 'administrator' as UserId })
    world.later(120_000)
    await world.write(who)
    world.later(60_000)
    await send([noticed(who)])
    expect(world.wechat.asked).toHaveLength(1)
  })
})

describe('L6 a login that comes after the disconnection that ended it', () => {
  it('has been seen all the same', async () => {
    const who = await world.aPerson(2)
    const admin = 'administrator' as UserId
    await world.write(who)
    world.later(20_000)
    const login = world.clock()
    world.later(5_000)
    const end = world.clock()
    const state = (change: 'login' | 'disconnect', at: number) =>
      keep({ kind: 'state', userId: who.userId, change, platform: 'web', at: millis(at), kicked: [] }, toSeconds(world.clock()), { notices: world.inbox, admin })
    await state('disconnect', end)
    await state('login', login)
    await send([noticed(who)])
    expect(world.wechat.asked).toHaveLength(0)
  })
})

describe('L7 a group message that is taken back', () => {
  it('is not told', async () => {
    const read = readBody({
      CallbackCommand: 'Group.CallbackAfterRecallMsg',
      GroupId: aGroupBody().GroupId,
      Operator_Account: 'alice',
      MsgSeqList: [{ MsgSeq: 7 }],
    })
    expect(read.kind).not.toBe('other')
  })
})
