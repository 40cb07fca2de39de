import { randomUUID } from 'node:crypto'
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { atOnce } from '../../../shared/kernel/at-once.ts'
import type { UserId } from '../../../shared/kernel/ids.ts'
import { hours, millis, minutes, type Seconds, seconds, toMillis } from '../../../shared/kernel/time.ts'
import { dynamoNotices } from '../../../shared/store/dynamo-notices.ts'
import { dynamoNotify } from '../../../shared/store/dynamo-notify.ts'
import { dynamoWork } from '../../../shared/store/dynamo-work.ts'
import { keyItem } from '../../../shared/store/item.ts'
import { imKey, mentionKey, notifyKey, personKey } from '../../../shared/store/key.ts'
import type { Notice } from '../../../shared/store/notice.ts'
import { NO_NOTIFY, type Notify } from '../../../shared/store/notify.ts'
import { remaining } from '../../../shared/store/permit.ts'
import { NO_PRESENCE } from '../../../shared/store/presence.ts'
import { APP_ID, aClock, NOW } from '../../support/build.ts'
import { NOTICE_TEMPLATE, T0, user } from '../../support/notices.ts'
import { someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy } from '../../support/table-proxy.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

const clock = aClock()
const inboxAt = (at = clock) => dynamoNotices(table.client(), table.tableName, at)
const aStore = (endpoint = table.endpoint, at = clock) =>
  dynamoNotify(table.client({ endpoint, maxAttempts: 3 }), table.tableName, at, inboxAt(at))
const somebody = (): UserId => user(`u-${randomUUID()}`)
let keys = 0
const aNotice = (to: UserId, changes: Partial<Notice> = {}): Notice => ({
  to,
  from: user('alice'),
  key: `1_${++keys}_2`,
  sentAt: NOW,
  preview: '在吗？',
  ...changes,
})
const later = (by: number): Seconds => seconds(NOW + by)
const permitOf = (person: string) =>
  dynamoWork(table.client(), table.tableName, clock).permit(person, NOTICE_TEMPLATE, false)

const FULL: Notify = {
  version: 0,
  toldUntil: millis(T0 - 5),
  alsoTold: ['a', 'b'],
  sentAt: [millis(T0 - 9), millis(T0 - 7)],
  step: 2,
  tries: 3,
  questions: 1,
  openFrom: NOW,
  sending: {
    id: 'x',
    at: millis(T0),
    until: millis(T0 + 1),
    toldUntil: millis(1),
    alsoTold: ['c'],
    openFrom: later(-9),
  },
  next: { state: 'waiting', dueAt: millis(T0 + 60_000), reason: 'cooldown' },
}

async function itemOf(userId: UserId) {
  const Key = keyItem(notifyKey(imKey(userId)))
  const command = new GetItemCommand({ TableName: table.tableName, Key, ConsistentRead: true })
  return (await table.client().send(command)).Item
}

describe('dynamoNotify', () => {
  it.each<[string, Partial<Notify>]>([
    ['all that there is', {}],
    ['what failed', { sending: undefined, next: { state: 'failed', reason: 'TEMPLATE_UNKNOWN' } }],
    ['what rests', { sending: undefined, next: undefined, alsoTold: [], sentAt: [] }],
  ])('gives back %s as it was written', async (_, changes) => {
    const [store, person] = [aStore(), imKey(somebody())]
    expect(await store.notify(person)).toEqual(NO_NOTIFY)
    const notify = { ...FULL, ...changes }
    const version = await store.commit({ person, notify })
    expect(await store.notify(person)).toEqual({ ...notify, version })
  })

  it('is found by tick while it waits, and expires long after its time', async () => {
    const userId = somebody()
    const [store, person] = [aStore(), imKey(userId)]
    const version = await store.commit({ person, notify: FULL })
    const waiting = await itemOf(userId)
    expect(waiting).toMatchObject({ state: { S: 'waiting' }, kind: { S: 'notice' }, dueAtMs: { N: `${T0 + 60_000}` } })
    expect(waiting).toMatchObject({ expiresAtSec: { N: String(NOW + 60 + hours(72)) } })
    await store.commit({ person, notify: { ...FULL, version: version ?? 0, sending: undefined, next: undefined } })
    const resting = await itemOf(userId)
    expect(resting).toMatchObject({ state: { S: 'done' }, expiresAtSec: { N: String(NOW + hours(72)) } })
    for (const name of ['dueShard', 'dueAtMs', 'sending']) expect(resting).not.toHaveProperty(name)
  })

  it('takes what tick has made ready for due', async () => {
    const userId = somebody()
    const [store, person] = [aStore(), imKey(userId)]
    await store.commit({ person, notify: FULL })
    const command = new UpdateItemCommand({
      TableName: table.tableName,
      Key: keyItem(notifyKey(imKey(userId))),
      UpdateExpression: 'SET #state = :ready REMOVE dueShard, dueAtMs',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':ready': { S: 'ready' } },
    })
    await table.client().send(command)
    const { next, sending } = await store.notify(person)
    expect(next).toEqual({ state: 'waiting', dueAt: 0, reason: 'cooldown' })
    // Whoever looks may have a clock behind that of tick.
    expect(sending?.until).toBe(0)
  })

  it('writes over nothing that has changed since it was read', async () => {
    const [store, person] = [aStore(), imKey(somebody())]
    const version = await store.commit({ person, notify: FULL })
    expect(await store.commit({ person, notify: FULL })).toBeUndefined()
    expect(await store.commit({ person, notify: { ...FULL, version: (version ?? 0) - 1 } })).toBeUndefined()
    expect(await store.commit({ person, notify: { ...FULL, version: version ?? 0 } })).toBeGreaterThan(version ?? 0)
  })

  it('writes how far somebody was told and the permit, or neither', async () => {
    const [store, person, owner] = [aStore(), imKey(somebody()), personKey(APP_ID, someone())]
    const permit = { ...(await permitOf(owner)), base: 3 }
    const stale = { person, notify: FULL, permit: { person: owner, permit: { ...permit, version: 4 } } }
    expect(await store.commit(stale)).toBeUndefined()
    expect(await store.notify(person)).toEqual(NO_NOTIFY)
    const version = await store.commit({ person, notify: FULL, permit: { person: owner, permit } })
    const written = await permitOf(owner)
    expect([written.version, remaining(written)]).toEqual([version, 3])
    const again = { person, notify: FULL, permit: { person: owner, permit: { ...written, base: 1 } } }
    expect(await store.commit(again)).toBeUndefined()
    expect(remaining(await permitOf(owner))).toBe(3)
  })

  it.each([false, true])('knows its own write when the answer is lost (with a permit: %s)', async (isTogether) => {
    const proxy = await lossyProxy(table.endpoint, 1)
    started.push(proxy.close)
    const [person, owner] = [imKey(somebody()), personKey(APP_ID, someone())]
    const permit = isTogether ? { permit: { person: owner, permit: await permitOf(owner) } } : {}
    const version = await aStore(proxy.endpoint).commit({ person, notify: FULL, ...permit })
    expect(proxy.requests()).toBe(2)
    expect((await aStore().notify(person)).version).toBe(version)
  })

  it('tells what has come in, in the order of IM’s time, without what was recalled', async () => {
    const [store, userId, inbox] = [aStore(), somebody(), inboxAt()]
    const [first, second, third] = [3, 1, 2].map((at) => aNotice(userId, { sentAt: later(at) }))
    if (first === undefined || second === undefined || third === undefined) throw new Error('three')
    for (const notice of [first, second, third]) await inbox.notice(notice)
    await inbox.recall(third)
    await inbox.notice(aNotice(somebody()))
    const { notices } = await store.inflow(imKey(userId), NOW)
    expect(notices.map(({ key }) => key)).toEqual([second.key, first.key])
    expect(notices[0]).toMatchObject({ ...second, acceptedAt: toMillis(NOW) })
    expect(new Set(notices.map(({ name }) => name)).size).toBe(2)
  })

  it('leaves out what was sent before the time that is asked for', async () => {
    const [store, userId, inbox] = [aStore(), somebody(), inboxAt()]
    for (const at of [-700, -660, -1]) await inbox.notice(aNotice(userId, { sentAt: later(at), key: `k${at}` }))
    const { notices } = await store.inflow(imKey(userId), later(-660))
    expect(notices.map(({ key }) => key)).toEqual(['k-660', 'k-1'])
    expect((await store.inflow(imKey(userId), later(0))).notices).toEqual([])
  })

  it('tells readings and presence beside', async () => {
    const [store, userId, inbox] = [aStore(), somebody(), inboxAt()]
    expect(await store.inflow(imKey(userId), NOW)).toEqual({ notices: [], readings: [], presence: NO_PRESENCE })
    await inbox.read({ reader: userId, peer: user('alice'), until: later(-5) })
    const change = { userId, platform: 'web', isOnline: true, at: toMillis(NOW), kicked: [] } as const
    await inbox.stateChange(change)
    await store.commit({ person: imKey(userId), notify: FULL })
    expect(await store.inflow(imKey(userId), later(100))).toEqual({
      notices: [],
      readings: [{ reader: userId, peer: 'alice', until: later(-5), at: toMillis(NOW) }],
      presence: { platforms: { web: { isOnline: true, at: toMillis(NOW) } }, loginAt: toMillis(NOW) },
    })
  })

  it('takes for gone what is past its time, though DynamoDB has not deleted it', async () => {
    const [userId, inbox] = [somebody(), inboxAt()]
    await inbox.notice(aNotice(userId))
    await inbox.read({ reader: userId, peer: user('alice'), until: later(-5) })
    const at = (by: number) => aStore(table.endpoint, aClock(later(by))).inflow(imKey(userId), NOW)
    expect((await at(hours(48) - 1)).notices).toHaveLength(1)
    expect(await at(hours(48))).toMatchObject({ notices: [], readings: [{ peer: 'alice' }] })
    expect((await at(hours(49))).readings).toEqual([])
  })

  it('reads on when there is more than one page', async () => {
    const [store, userId, inbox] = [aStore(), somebody(), inboxAt()]
    // DynamoDB ends a page at 1 MB.
    const preview = '啊'.repeat(40_000)
    for (let n = 0; n < 12; n += 1) await inbox.notice(aNotice(userId, { preview, sentAt: later(n) }))
    expect((await store.inflow(imKey(userId), NOW)).notices).toHaveLength(12)
  })

  it('counts of a flood what is still to be told alone, and of that the last thousand', async () => {
    const [store, userId, inbox] = [aStore(), somebody(), inboxAt()]
    const numbers = Array.from({ length: 1005 }, (_, n) => n)
    const written = numbers.map((n) => aNotice(userId, { key: `k${n}`, sentAt: later(n) }))
    await atOnce(20, written, (notice) => inbox.notice(notice))
    const keysOf = async (isOpen: (key: string) => boolean) =>
      (
        await store.inflow(
          imKey(userId),
          NOW,
          () =>
            ({ key }) =>
              isOpen(key),
        )
      ).notices.map(({ key }) => key)
    const all = written.map(({ key }) => key)
    expect(await keysOf(() => true)).toEqual(all.slice(5))
    // What is told stays known by name.
    expect(await keysOf((key) => key === 'k0')).toEqual(all)
  })

  it('knows all that was read before it asks of a notice whether it is still to be told', async () => {
    const [store, userId, inbox] = [aStore(), somebody(), inboxAt()]
    await inbox.notice(aNotice(userId))
    await inbox.read({ reader: userId, peer: user('alice'), until: NOW })
    await inbox.stateChange({ userId, platform: 'web', isOnline: true, at: toMillis(NOW), kicked: [] })
    const asked: unknown[] = []
    await store.inflow(imKey(userId), NOW, (beside) => () => asked.push(beside) > 0)
    expect(asked).toMatchObject([{ readings: [{ peer: 'alice' }], presence: { loginAt: toMillis(NOW) } }])
  })

  it('makes of a group’s message one notice for each who is mentioned, however often', async () => {
    const [store, inbox, people] = [aStore(), inboxAt(), [somebody(), somebody(), somebody()]]
    const mention = { group: '@TGS#1', key: 'm1', from: user('alice'), to: people, sentAt: NOW, preview: '@你们 开会' }
    await inbox.mention(mention)
    const [reader = user('')] = people
    await store.fanOut(mentionKey('@TGS#1', 'm1'))
    const inflow = () => Promise.all(people.map(async (one) => (await store.inflow(imKey(one), NOW)).notices))
    const first = await inflow()
    expect(first.map((notices) => notices.length)).toEqual([1, 1, 1])
    expect(first[0]?.[0]).toMatchObject({ to: reader, from: 'alice', group: '@TGS#1', preview: '@你们 开会' })
    clock.advance(seconds(minutes(1) / 1000))
    await store.fanOut(mentionKey('@TGS#1', 'm1'))
    expect(await inflow()).toEqual(first)
    await store.fanOut(mentionKey('@TGS#1', 'nothing'))
  })

  it('fails with the table', async () => {
    const store = dynamoNotify(table.client(), 'no-such-table', clock, inboxAt())
    const person = imKey(somebody())
    await expect(store.notify(person)).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException/)
    await expect(store.inflow(person, NOW)).rejects.toThrow(/^TABLE_UNAVAILABLE/)
    await expect(store.commit({ person, notify: FULL })).rejects.toThrow(/^TABLE_UNAVAILABLE/)
    await expect(store.fanOut(mentionKey('g', 'k'))).rejects.toThrow(/^TABLE_UNAVAILABLE/)
  })
})
