import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Clock, hours, type Seconds, seconds } from '../../shared/kernel/time.ts'
import type { Inbox, InboxPush } from '../../shared/store/inbox.ts'
import { APP_ID, aClock, NOW } from './build.ts'

export const RETENTION = hours(72)
/** A push signed now is forgotten then: the retention and a day for WeChat's slowest retries. */
const LIFE = hours(72 + 24)

/** A push of a person of its own, so that no test meets what another one left. */
export const anInboxPush = (changes: Partial<InboxPush> = {}): InboxPush => ({
  appId: APP_ID,
  openId: `o${randomUUID()}`,
  dedupKey: 'msg-23637352235060881',
  message: 'text',
  format: 'json',
  sealed: true,
  text: '{"MsgType":"text"}',
  signedAt: NOW,
  isConversation: true,
  ...changes,
})

/** An inbox, and whoever works off what is in it. */
export interface WorkedInbox extends Inbox {
  finish(push: InboxPush): Promise<void>
}

/** What every inbox keeps to. */
export function inboxContract(name: string, make: (clock: Clock, retention: Seconds) => WorkedInbox): void {
  const anInbox = (clock: Clock = aClock()) => make(clock, RETENTION)

  describe(`${name} inbox`, () => {
    it('takes a push for new once and for seen ever after', async () => {
      const inbox = anInbox()
      const push = anInboxPush()
      expect(await inbox.accept(push)).toBe('new')
      expect(await inbox.accept(push)).toBe('seen')
      expect(await inbox.accept({ ...push, text: 'sealed anew', signedAt: seconds(NOW + 5) })).toBe('seen')
    })

    it('tells people, apps and pushes apart: a MsgId is unique for one person only', async () => {
      const inbox = anInbox()
      const push = anInboxPush()
      await inbox.accept(push)
      expect(await inbox.accept({ ...push, openId: `${push.openId}x` })).toBe('new')
      expect(await inbox.accept({ ...push, appId: 'wx0000aaaa1111bbbc' })).toBe('new')
      expect(await inbox.accept({ ...push, dedupKey: 'msg-23637352235060882' })).toBe('new')
    })

    it('takes exactly one of 50 concurrent deliveries for new', async () => {
      const inbox = anInbox()
      const push = anInboxPush()
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => inbox.accept(push)))
      expect(outcomes.filter((outcome) => outcome === 'new')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'seen')).toHaveLength(49)
    })

    it('takes one for new when an expired item is still there, since deletion comes late', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const push = anInboxPush()
      await inbox.accept(push)
      await inbox.finish(push)
      clock.advance(LIFE)
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => inbox.accept(push)))
      expect(outcomes.filter((outcome) => outcome === 'new')).toHaveLength(1)
    })

    it('never forgets a push that is not worked off', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const push = anInboxPush()
      await inbox.accept(push)
      clock.advance(hours(24 * 365))
      expect(await inbox.accept(push)).toBe('seen')
    })

    it('forgets what is worked off, to the second', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const push = anInboxPush()
      await inbox.accept(push)
      await inbox.finish(push)
      clock.advance(seconds(LIFE - 1))
      expect(await inbox.accept(push)).toBe('seen')
      clock.advance(seconds(1))
      expect(await inbox.accept(push)).toBe('new')
    })

    for (const [what, ahead] of [['now', 0] as const, ['an hour ahead of our clock', 3600] as const]) {
      it(`remembers a push signed ${what} until its signature is refused for its age: a replay is never new`, async () => {
        const clock = aClock()
        const inbox = anInbox(clock)
        const push = anInboxPush({ signedAt: seconds(NOW + ahead) })
        await inbox.accept(push)
        await inbox.finish(push)
        clock.advance(seconds(ahead + RETENTION))
        expect(await inbox.accept(push)).toBe('seen')
      })
    }

    it('remembers a push that came late as long as one that came at once', async () => {
      const clock = aClock()
      const inbox = anInbox(clock)
      const push = anInboxPush({ signedAt: seconds(NOW - RETENTION) })
      await inbox.accept(push)
      await inbox.finish(push)
      clock.advance(seconds(LIFE - 1))
      expect(await inbox.accept(push)).toBe('seen')
    })

    const unique = randomUUID()
    const hostile: Readonly<Record<string, string>> = {
      'of 2000 characters': `${unique}${'x'.repeat(2000)}`,
      'of 2000 other characters': `${unique}${'x'.repeat(1999)}y`,
      'with the separator': `${unique}#push#msg-1`,
      'in Chinese': `${unique}你好👋🏽`,
      'with a line break': `${unique}\n`,
      'with a NUL': `${unique}\u0000`,
      'of a prototype': '__proto__',
      'that is empty': '',
    }
    for (const [what, id] of Object.entries(hostile)) {
      it(`keeps an openid ${what} and a dedup key ${what}`, async () => {
        const inbox = anInbox()
        for (const push of [anInboxPush({ openId: id, dedupKey: unique }), anInboxPush({ dedupKey: id })]) {
          expect(await inbox.accept(push)).toBe('new')
          expect(await inbox.accept(push)).toBe('seen')
        }
      })
    }

    it('does not mistake a separator inside an id for the one between ids', async () => {
      const inbox = anInbox()
      const { openId } = anInboxPush()
      expect(await inbox.accept(anInboxPush({ openId: `${openId}#a`, dedupKey: 'b' }))).toBe('new')
      expect(await inbox.accept(anInboxPush({ openId, dedupKey: 'a#b' }))).toBe('new')
      expect(await inbox.accept(anInboxPush({ openId, dedupKey: 'a' }))).toBe('new')
    })

    it('takes the largest body that is let in, all of it quotes', async () => {
      const inbox = anInbox()
      const push = anInboxPush({ text: '"'.repeat(256 * 1024) })
      expect(await inbox.accept(push)).toBe('new')
      expect(await inbox.accept(push)).toBe('seen')
    })
  })
}
