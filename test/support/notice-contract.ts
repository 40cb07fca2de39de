import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { UserId } from '../../shared/kernel/ids.ts'
import { type Clock, hours, millis, type Seconds, seconds, toMillis } from '../../shared/kernel/time.ts'
import type { Item } from '../../shared/store/item.ts'
import { type ItemKey, imKey, mentionKey, noticeSortKey, presenceKey, readKey } from '../../shared/store/key.ts'
import {
  type Mention,
  NOTICE_KEPT,
  type Notice,
  type NoticeInbox,
  type StateChange,
} from '../../shared/store/notice.ts'
import { mentionOf, noticeOf, presenceOf, readingOf } from '../../shared/store/notice-item.ts'
import { aClock, NOW } from './build.ts'
import { ALICE } from './im.ts'

/** A notice for a person of its own, so that no test meets what another one left. */
export const aNotice = (changes: Partial<Notice> = {}): Notice => ({
  to: randomUUID().slice(0, 30) as UserId,
  from: ALICE,
  key: `48374_2837546_${NOW}`,
  sentAt: NOW,
  preview: '在吗？',
  ...changes,
})

export const noticeKeyOf = ({ to, from, key, sentAt }: Notice): ItemKey => ({
  pk: imKey(to),
  sk: noticeSortKey(sentAt, from, key),
})

const aMention = (changes: Partial<Mention> = {}): Mention => ({
  ...aNotice(),
  group: `@TGS#${randomUUID()}`,
  to: ['bob', 'carol'] as UserId[],
  ...changes,
})

const aChange = (changes: Partial<StateChange> = {}): StateChange => ({
  userId: randomUUID().slice(0, 30) as UserId,
  platform: 'web',
  isOnline: true,
  at: toMillis(NOW),
  kicked: [],
  ...changes,
})

export interface ReadNotices extends NoticeInbox {
  itemAt(key: ItemKey): Promise<Item | undefined>
}

/** What every inbox of notices keeps to. */
export function noticeContract(name: string, make: (clock: Clock) => ReadNotices): void {
  const anInbox = (clock: Clock = aClock()) => make(clock)
  const later = (span: number) => millis(toMillis(NOW) + span)

  async function kept(inbox: ReadNotices, key: ItemKey): Promise<Item> {
    const item = await inbox.itemAt(key)
    if (item === undefined) throw new Error('nothing is kept')
    return item
  }

  describe(`${name}: notices`, () => {
    it('keeps a message once, as it came first', async () => {
      const inbox = anInbox()
      const notice = aNotice({ group: 'g' })
      expect(await inbox.notice(notice)).toBe('new')
      expect(await inbox.notice({ ...notice, preview: 'another' })).toBe('seen')
      const item = await kept(inbox, noticeKeyOf(notice))
      expect(noticeOf(item)).toEqual(notice)
      expect(item).toMatchObject({ kind: { S: 'notice' }, state: { S: 'ready' } })
    })

    it('tells people, senders and messages apart', async () => {
      const inbox = anInbox()
      const notice = aNotice()
      await inbox.notice(notice)
      for (const changes of [{ from: 'carol' as UserId }, { key: 'k' }, { sentAt: seconds(NOW - 1) }, aNotice()]) {
        expect(await inbox.notice({ ...notice, ...changes })).toBe('new')
      }
    })

    it('takes exactly one of 20 concurrent deliveries for new', async () => {
      const inbox = anInbox()
      const notice = aNotice()
      const receipts = await Promise.all(Array.from({ length: 20 }, () => inbox.notice(notice)))
      expect(receipts.filter((receipt) => receipt === 'new')).toHaveLength(1)
    })

    it('forgets after two days, to the second, though deletion comes late', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const notice = aNotice()
      await inbox.notice(notice)
      clock.advance(seconds(NOTICE_KEPT - 1))
      expect(await inbox.notice(notice)).toBe('seen')
      clock.advance(seconds(1))
      expect(await inbox.notice(notice)).toBe('new')
    })

    it('keeps what a sender makes up: separators, long keys, other scripts', async () => {
      const inbox = anInbox()
      for (const key of ['a#b', 'x'.repeat(200), '钥匙', '__proto__', '\n']) {
        const notice = aNotice({ key, from: 'a#b' as UserId })
        expect(await inbox.notice(notice)).toBe('new')
        expect(await inbox.notice(notice)).toBe('seen')
        expect(noticeOf(await kept(inbox, noticeKeyOf(notice)))).toEqual(notice)
      }
    })
  })

  describe(`${name}: mentions`, () => {
    it('keeps a group message once, with all whom it mentions', async () => {
      const inbox = anInbox()
      const mention = aMention()
      expect(await inbox.mention(mention)).toBe('new')
      expect(await inbox.mention(mention)).toBe('seen')
      expect(mentionOf(await kept(inbox, mentionKey(mention.group, mention.key)))).toEqual(mention)
      expect(await inbox.mention(aMention())).toBe('new')
    })
  })

  describe(`${name}: recalls`, () => {
    for (const order of [['notice', 'recall'] as const, ['recall', 'notice'] as const]) {
      it(`leave nothing to tell: ${order.join(', then ')}`, async () => {
        const inbox = anInbox()
        const notice = aNotice()
        for (const step of order) await inbox[step](notice)
        const item = await kept(inbox, noticeKeyOf(notice))
        expect(noticeOf(item)).toBeUndefined()
        expect(item.state).toEqual({ S: 'done' })
        expect(item.preview).toBeUndefined()
      })
    }

    it('happen once, and the message that comes after its recall is seen', async () => {
      const inbox = anInbox()
      const notice = aNotice()
      expect(await inbox.recall(notice)).toBe('new')
      expect(await inbox.recall(notice)).toBe('seen')
      expect(await inbox.notice(notice)).toBe('seen')
    })
  })

  describe(`${name}: read reports`, () => {
    const aReading = (until: Seconds) => ({ reader: aNotice().to, peer: ALICE, until })

    it('keep the latest, in whatever order they come', async () => {
      const inbox = anInbox()
      const reading = aReading(NOW)
      const at = (by: number) => inbox.read({ ...reading, until: seconds(NOW + by) })
      expect([await at(0), await at(0), await at(-5), await at(5)]).toEqual(['new', 'seen', 'seen', 'new'])
      const item = await kept(inbox, readKey(reading.reader, ALICE))
      expect(readingOf(item)).toEqual({ ...reading, until: NOW + 5 })
      expect(item).toMatchObject({ kind: { S: 'notice' }, state: { S: 'ready' } })
    })

    it('are kept for longer than what they are about', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const reading = aReading(NOW)
      await inbox.read(reading)
      clock.advance(NOTICE_KEPT)
      expect(await inbox.read(reading)).toBe('seen')
      clock.advance(hours(1))
      expect(await inbox.read(reading)).toBe('new')
    })
  })

  describe(`${name}: presence`, () => {
    async function presence(inbox: ReadNotices, userId: UserId) {
      return presenceOf(await kept(inbox, presenceKey(userId)))
    }

    it('knows who came, on which of their clients, and who is ready to be looked at', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const change = aChange()
      expect(await inbox.stateChange(change)).toBe('new')
      clock.advance(seconds(1))
      expect(await inbox.stateChange({ ...change, platform: 'ios', at: later(5) })).toBe('new')
      expect(await presence(inbox, change.userId)).toEqual({
        platforms: { web: { isOnline: true, at: later(0) }, ios: { isOnline: true, at: later(5) } },
        loginAt: later(5),
      })
      expect(await kept(inbox, presenceKey(change.userId))).toMatchObject({ state: { S: 'ready' } })
    })

    it('takes a login whose time is ahead of ours for seen from when it first came', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const change = aChange({ at: later(300_000) })
      await inbox.stateChange(change)
      clock.advance(seconds(60))
      expect(await inbox.stateChange(change)).toBe('seen')
      expect(await presence(inbox, change.userId)).toEqual({
        platforms: { web: { isOnline: true, at: later(300_000) } },
        loginAt: later(0),
      })
    })

    it('knows who went; the last login stays', async () => {
      const inbox = anInbox()
      const change = aChange()
      await inbox.stateChange(change)
      expect(await inbox.stateChange({ ...change, isOnline: false, at: later(9) })).toBe('new')
      expect(await presence(inbox, change.userId)).toMatchObject({
        platforms: { web: { isOnline: false, at: later(9) } },
        loginAt: later(0),
      })
      expect(await kept(inbox, presenceKey(change.userId))).toMatchObject({ state: { S: 'done' } })
    })

    it('has seen what comes again, and what is older than what it knows', async () => {
      const inbox = anInbox()
      const change = aChange()
      const gone = { ...change, isOnline: false, at: later(9) }
      await inbox.stateChange(gone)
      expect(await inbox.stateChange(gone)).toBe('seen')
      expect(await inbox.stateChange({ ...gone, at: later(8) })).toBe('seen')
      expect(await presence(inbox, change.userId)).toMatchObject({
        platforms: { web: { isOnline: false, at: later(9) } },
        loginAt: 0,
      })
    })

    it('knows of a login that comes after the end of it that the person was there, and looks at it once', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const change = aChange()
      clock.advance(seconds(60))
      await inbox.stateChange({ ...change, isOnline: false, at: later(9000) })
      expect(await inbox.stateChange({ ...change, at: later(5000) })).toBe('new')
      for (const at of [later(5000), later(4000)]) expect(await inbox.stateChange({ ...change, at })).toBe('seen')
      expect(await presence(inbox, change.userId)).toEqual({
        platforms: { web: { isOnline: false, at: later(9000) } },
        loginAt: later(5000),
      })
      expect(await kept(inbox, presenceKey(change.userId))).toMatchObject({ state: { S: 'ready' } })
    })

    for (const order of [[true, false] as const, [false, true] as const]) {
      it(`takes the end when both happened at one moment, ${order[0] ? 'login' : 'end'} told first`, async () => {
        const inbox = anInbox()
        const change = aChange()
        for (const isOnline of order) await inbox.stateChange({ ...change, isOnline })
        expect(await presence(inbox, change.userId)).toMatchObject({ platforms: { web: { isOnline: false } } })
      })
    }

    it('logs out those whom a login has logged out, and never the one that logged in', async () => {
      const inbox = anInbox()
      const change = aChange({ platform: 'ios' })
      await inbox.stateChange(change)
      await inbox.stateChange({ ...change, platform: 'web', at: later(5), kicked: ['ios', 'mac', 'web'] })
      expect((await presence(inbox, change.userId)).platforms).toEqual({
        web: { isOnline: true, at: later(5) },
        ios: { isOnline: false, at: later(5) },
        mac: { isOnline: false, at: later(5) },
      })
    })

    it('leaves alone one that was logged out and has come back since', async () => {
      const inbox = anInbox()
      const change = aChange({ platform: 'ios', at: later(9) })
      await inbox.stateChange(change)
      const login = { ...change, platform: 'web' as const, at: later(5), kicked: ['ios', 'mac'] as const }
      expect(await inbox.stateChange(login)).toBe('new')
      expect(await inbox.stateChange(login)).toBe('seen')
      expect((await presence(inbox, change.userId)).platforms).toEqual({
        web: { isOnline: true, at: later(5) },
        ios: { isOnline: true, at: later(9) },
        mac: { isOnline: false, at: later(5) },
      })
    })

    it('tells people apart, and begins anew when what it knew is over', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const change = aChange()
      await inbox.stateChange(change)
      expect(await inbox.stateChange(aChange())).toBe('new')
      clock.advance(NOTICE_KEPT)
      expect(await inbox.stateChange(change)).toBe('new')
    })
  })
}
