import type { DynamoDBRecord } from 'aws-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noticesApp } from '../../../functions/send/notices.ts'
import { atOnce } from '../../../shared/kernel/at-once.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { UserId } from '../../../shared/kernel/ids.ts'
import { type Millis, millis, seconds, toSeconds } from '../../../shared/kernel/time.ts'
import type { NotifyDeps } from '../../../shared/notify/deps.ts'
import { mentionKey } from '../../../shared/store/key.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { type Told, telling } from '../../support/telling.ts'

let table: TestTable
let world: ReturnType<typeof telling>
let slept: Millis[]
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = telling(table)
  slept = []
})
afterAll(() => table.close())

let numbers = 0
/** As the stream tells of an item. */
function record(pk: string, sk: string): DynamoDBRecord {
  numbers += 1
  return { dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber: String(numbers) } }
}
const noticeOf = ({ person }: Told): DynamoDBRecord => record(person, `notice#${world.clock()}#alice#1`)
const numberOf = ({ dynamodb }: DynamoDBRecord) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })

const LONG = () => millis(290_000)
function send(Records: DynamoDBRecord[], changes: Partial<NotifyDeps> = {}, remaining: () => Millis = LONG) {
  const sleep = async (span: Millis) => void slept.push(span)
  return noticesApp({ ...world.deps, sleep, ...changes })({ Records }, remaining)
}
async function missed(count = 1): Promise<Told> {
  const who = await world.aPerson(5)
  for (let left = count; left > 0; left -= 1) await world.write(who)
  return who
}
const NONE = { batchItemFailures: [] }
/** The table is out of reach for one person. */
const failingFor = ({ person }: Told) => ({
  store: {
    ...world.deps.store,
    notify: async (asked: string) => {
      if (asked === person) throw new Fault('TABLE_UNAVAILABLE', { because: 'TimeoutError' })
      return await world.deps.store.notify(asked)
    },
  },
})

describe('noticesApp', () => {
  it('looks at everybody of a batch once and asks IM about all of them together', async () => {
    const people = [await missed(3), await missed(1), await missed(2)]
    const records = [...people, ...people, ...people].map(noticeOf)
    expect(await send(records)).toEqual(NONE)
    expect(world.questions).toEqual([people.map(({ userId }) => userId)])
    expect(world.wechat.asked.map(({ to, message }) => [to, message.data.number4])).toEqual(
      expect.arrayContaining(people.map(({ openId }, place) => [openId, ['3', '1', '2'][place]])),
    )
    expect(world.wechat.asked).toHaveLength(3)
  })

  it('asks IM about nobody who has missed nothing, and not at all when there is nobody', async () => {
    const [who, other] = [await missed(), await world.aPerson(1)]
    await send([noticeOf(other)])
    expect(world.questions).toEqual([])
    await send([noticeOf(other), noticeOf(who)])
    expect(world.questions).toEqual([[who.userId]])
  })

  it('takes a login and a reading for a return, and all else for a message', async () => {
    const [reader, online, due] = [await missed(), await missed(), await missed()]
    await send([record(reader.person, 'read#alice'), record(online.person, 'presence')])
    expect(world.questions).toEqual([])
    await send([record(due.person, 'notify')])
    expect(world.questions).toEqual([[due.userId]])
  })

  it('tells again of those alone whom it could not look at', async () => {
    const [good, bad] = [await missed(), await missed()]
    const records = [noticeOf(bad), noticeOf(good), record(bad.person, 'presence')]
    const { batchItemFailures } = await send(records, failingFor(bad))
    expect(batchItemFailures).toEqual([records[0], records[2]].map((each) => numberOf(each ?? {})))
    expect(world.wechat.asked.map(({ to }) => to)).toEqual([good.openId])
    expect(world.logged('notice.broken')).toMatchObject([{ reason: 'TABLE_UNAVAILABLE', because: 'TimeoutError' }])
    expect(slept).toEqual([60_000])
    expect(await send(records)).toEqual(NONE)
    expect(world.wechat.asked.map(({ to }) => to)).toEqual([good.openId, bad.openId])
  })

  it('fails for whom the project’s own words cannot be made, and goes on with the others', async () => {
    const who = await missed()
    const noticeOf = () => {
      throw new TypeError(`secret ${who.openId}`)
    }
    expect(await send([record(who.person, 'notify')], { noticeOf })).toEqual(NONE)
    expect(world.logged('notice.failed')).toMatchObject([{ reason: 'BUG' }])
    expect(slept).toEqual([])
    expect(JSON.stringify(world.lines)).not.toContain(who.openId)
  })

  it('looks later at everybody when IM cannot be asked', async () => {
    const people = [await missed(), await missed()]
    const onlineStatus = () => Promise.reject(new Fault('IM_UNREACHABLE', { call: 'x', because: 'TimeoutError' }))
    expect(await send(people.map(noticeOf), { onlineStatus })).toEqual(NONE)
    expect(world.wechat.asked).toEqual([])
    for (const who of people) expect((await world.notify(who)).next).toMatchObject({ reason: 'IM_UNREACHABLE' })
    world.later(16_000)
    await send(people.map(({ person }) => record(person, 'notify')))
    expect(world.wechat.asked).toHaveLength(2)
  })

  it('does not begin what it cannot end', async () => {
    const records = [noticeOf(await missed()), noticeOf(await missed())]
    const { batchItemFailures } = await send(records, {}, () => millis(59_999))
    expect(batchItemFailures).toEqual(records.map(numberOf))
    expect([world.questions, world.wechat.asked, slept]).toEqual([[], [], []])
    expect(world.logged('notice.broken')).toEqual([])
  })

  it('leaves for another invocation whom it has no time to tell', async () => {
    const who = await missed()
    let time = 100_000
    const onlineStatus = async (people: readonly UserId[]) => {
      time = 10_000
      return new Map(people.map((each) => [each, 'Offline'] as const))
    }
    const records = [noticeOf(who)]
    const { batchItemFailures } = await send(records, { onlineStatus }, () => millis(time))
    expect(batchItemFailures).toEqual(records.map(numberOf))
    expect(world.wechat.asked).toEqual([])
    expect(await send(records)).toEqual(NONE)
    expect(world.wechat.asked).toHaveLength(1)
  })

  it('fans a group’s message out, and fails with it when the table is out of reach', async () => {
    const people = [await world.aPerson(1), await world.aPerson(1)]
    const to = people.map(({ userId }) => userId)
    const group = `@TGS#${to[0]}`
    const mention = { group, key: 'm1', from: 'alice' as UserId, to, sentAt: toSeconds(world.clock()), preview: '开会' }
    await world.inbox.mention(mention)
    const { pk, sk } = mentionKey(group, 'm1')
    const fanOut = () => Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'x' }))
    const records = [record(pk, sk)]
    const store = { ...world.deps.store, fanOut }
    expect((await send(records, { store })).batchItemFailures).toEqual(records.map(numberOf))
    expect(await send(records)).toEqual(NONE)
    await send(people.map(noticeOf))
    expect(world.wechat.asked.map(({ to: openId }) => openId).toSorted()).toEqual(
      people.map(({ openId }) => openId).toSorted(),
    )
  })

  it('tells of a group’s message that was handed on late, though the person was told of later ones', async () => {
    const who = await world.aPerson(5)
    const late = await world.write(who, { group: 'g' })
    await world.eraseNotice(late)
    world.later(900_000)
    await world.write(who)
    await send([noticeOf(who)])
    await world.inbox.notice(late)
    const { dynamodb } = noticeOf(who)
    const record = { dynamodb: { ...dynamodb, NewImage: { sentAtSec: { N: String(late.sentAt) } } } }
    await send([record])
    expect((await world.notify(who)).openFrom).toBe(late.sentAt)
    world.later(60_000)
    await send([noticeOf(who)])
    expect(world.wechat.asked).toHaveLength(2)
  })

  describe('of a group’s message that is handed on late', () => {
    /** Told of a message, whose cooldown is over; then comes the late one, as the stream tells of it. */
    async function late(isAnotherThere = false) {
      const who = await missed()
      await send([noticeOf(who)])
      world.later(72_000)
      if (isAnotherThere) await world.write(who)
      const coming = async () => {
        const sentAt = seconds(toSeconds(world.clock()) - 1500)
        await world.write(who, { group: 'g', sentAt })
        return { dynamodb: { ...noticeOf(who).dynamodb, NewImage: { sentAtSec: { N: String(sentAt) } } } }
      }
      return { who, coming }
    }
    const counts = () => world.wechat.asked.map(({ message }) => message.data.number4)
    async function dying(record: DynamoDBRecord): Promise<void> {
      world.wechat.dies()
      void send([record])
      await expect.poll(world.wechat.isAskedInVain).toBe(true)
    }

    it('tells when whoever told it has died before WeChat had it', async () => {
      const { who, coming } = await late()
      const record = await coming()
      await dying(record)
      expect(await send([record])).toEqual(NONE)
      world.later(900_000)
      await send([noticeOf(who)])
      expect(counts()).toEqual(['1', '1', '1'])
    })

    it('tells when somebody else has written the permit meanwhile', async () => {
      const { who, coming } = await late()
      const onlineStatus = async (people: readonly UserId[]) => {
        await world.allow(who.openId, 7)
        return new Map(people.map((each) => [each, 'Offline'] as const))
      }
      await send([await coming()], { onlineStatus })
      expect(counts()).toEqual(['1', '1'])
    })

    it('tells when it comes while another one is on its way, whose sender dies', async () => {
      const { who, coming } = await late(true)
      await dying(noticeOf(who))
      world.later(11_000)
      await send([await coming()])
      world.later(900_000)
      await send([noticeOf(who)])
      expect(counts()).toEqual(['1', '1', '2'])
    })

    it('tells when it comes while another one is on its way, which arrives', async () => {
      const { who, coming } = await late(true)
      const sendSubscribeMessage: NotifyDeps['sendSubscribeMessage'] = async (to, message) => {
        world.later(11_000)
        await send([await coming()])
        return await world.deps.sendSubscribeMessage(to, message)
      }
      await send([noticeOf(who)], { sendSubscribeMessage })
      world.later(600_000)
      await send([noticeOf(who)])
      expect(counts()).toEqual(['1', '1', '1'])
    })

    it('tells when it comes in the cooldown of somebody who was seen lately', async () => {
      const who = await missed()
      await send([noticeOf(who)])
      world.later(20_000)
      const { userId } = who
      await world.inbox.stateChange({ userId, platform: 'web', isOnline: true, at: world.clock(), kicked: [] })
      world.later(1000)
      await world.write(who)
      await send([noticeOf(who)])
      const sentAt = seconds(toSeconds(world.clock()) - 900)
      await world.write(who, { group: 'g', sentAt })
      await send([{ dynamodb: { ...noticeOf(who).dynamodb, NewImage: { sentAtSec: { N: String(sentAt) } } } }])
      world.later(60_000)
      await send([noticeOf(who)])
      expect(counts()).toEqual(['1', '2'])
    })
  })

  it('tells what somebody has written, however many messages another one takes back at once', async () => {
    const who = await missed()
    await send([noticeOf(who)])
    world.later(11_000)
    await world.write(who, { from: 'bob' as UserId, preview: '等你' })
    world.later(1000)
    const taken = { to: who.userId, from: 'mallory' as UserId, sentAt: toSeconds(world.clock()) }
    await atOnce(
      20,
      Array.from({ length: 1000 }, (_, place) => place),
      (place) => world.inbox.recall({ ...taken, key: `${place}_1_1` }),
    )
    world.later(60_000)
    await send([noticeOf(who)])
    expect(world.wechat.asked.map(({ message }) => message.data.thing2)).toEqual(['在吗', '等你'])
  })

  it('sets one aside on whom our own code fails, and holds up nobody for it', async () => {
    const [bad, good] = [await missed(), await missed()]
    const inflow: typeof world.deps.store.inflow = async (person, since) => {
      if (person === bad.person) throw new RangeError('too much')
      return await world.deps.store.inflow(person, since)
    }
    expect(await send([bad, good].map(noticeOf), { store: { ...world.deps.store, inflow } })).toEqual(NONE)
    expect((await world.notify(bad)).next).toEqual({ state: 'failed', reason: 'BUG' })
    expect([world.wechat.asked.length, slept]).toEqual([1, []])
    await send([noticeOf(bad)])
    expect(world.wechat.asked).toHaveLength(2)
  })

  it('has nothing to do with an empty batch', async () => {
    expect(await send([])).toEqual(NONE)
  })
})
