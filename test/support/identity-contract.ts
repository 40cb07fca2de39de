import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AppId, OpenId, UserId } from '../../shared/kernel/ids.ts'
import { millis, toMillis } from '../../shared/kernel/time.ts'
import type { Identities, Identity } from '../../shared/store/identity.ts'
import { imKey } from '../../shared/store/key.ts'
import { APP_ID, NOW } from './build.ts'
import { someone } from './people.ts'

const aUserId = (): UserId => `u${randomUUID().replaceAll('-', '').slice(0, 25)}` as UserId

/** Somebody whom nobody knows, so that no test meets what another one left. */
export const anIdentity = (changes: Partial<Identity> = {}): Identity => ({
  userId: aUserId(),
  openId: someone() as OpenId,
  since: toMillis(NOW),
  ...changes,
})

/** What every store of identities keeps to; each `make` is another instance on the same people, if there can be several. */
export function identityContract(name: string, make: (appId: AppId) => Identities): void {
  const identities = make(APP_ID)

  describe(`${name} identities`, () => {
    it('know nobody whom nobody has joined', async () => {
      const { userId, openId } = anIdentity()
      expect(await identities.ofUser(userId)).toBeUndefined()
      expect(await identities.ofPerson(openId)).toBeUndefined()
    })

    it('find a person from both sides', async () => {
      const identity = anIdentity({ unionId: 'oUNION' })
      expect(await identities.join(identity)).toEqual(identity)
      expect(await identities.ofUser(identity.userId)).toEqual(identity)
      expect(await identities.ofKey(imKey(identity.userId))).toEqual(identity)
      expect(await identities.ofPerson(identity.openId)).toEqual(identity)
    })

    it('let who is known keep the UserID and the time, whatever UserID is asked for: imported, or of an older key', async () => {
      const imported = anIdentity({ userId: `shop-${randomUUID().slice(0, 8)}@张` as UserId })
      await identities.join(imported)
      const later = { ...imported, userId: aUserId(), since: millis(imported.since + 1) }
      expect(await identities.join(later)).toEqual(imported)
      expect(await identities.ofPerson(imported.openId)).toEqual(imported)
      expect(await identities.ofUser(imported.userId)).toEqual(imported)
      expect(await identities.ofUser(later.userId)).toBeUndefined()
    })

    it('let the first of 50 joins of one person win', async () => {
      const { openId } = anIdentity()
      const asked = Array.from({ length: 50 }, () => anIdentity({ openId }))
      const joined = await Promise.all(asked.map((each) => identities.join(each)))
      expect(new Set(joined.map(({ userId }) => userId)).size).toBe(1)
      const winner = await identities.ofPerson(openId)
      expect(joined[0]).toEqual(winner)
      const users = await Promise.all(asked.map(({ userId }) => identities.ofUser(userId)))
      expect(users.filter((found) => found !== undefined)).toEqual([winner])
    })

    it('refuse a UserID that is another person’s, and write nothing', async () => {
      const first = anIdentity()
      await identities.join(first)
      const second = anIdentity({ userId: first.userId })
      await expect(identities.join(second)).rejects.toThrow(/^USER_ID_TAKEN/)
      expect(await identities.ofPerson(second.openId)).toBeUndefined()
      expect(await identities.ofUser(first.userId)).toEqual(first)
    })

    it('give a UserID to one of 20 people who want it at once', async () => {
      const userId = aUserId()
      const asked = Array.from({ length: 20 }, () => identities.join(anIdentity({ userId })))
      const outcomes = await Promise.allSettled(asked)
      const [winner, ...others] = outcomes.filter(({ status }) => status === 'fulfilled')
      expect(others).toEqual([])
      expect(winner).toMatchObject({ value: await identities.ofUser(userId) })
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'USER_ID_TAKEN' })
      }
    })

    it('tell UserIDs apart by their case', async () => {
      const { userId } = await identities.join(anIdentity())
      const other = userId.toUpperCase() as UserId
      expect(await identities.ofUser(other)).toBeUndefined()
      expect(await identities.join(anIdentity({ userId: other }))).toMatchObject({ userId: other })
    })

    it('add a unionid that was unknown, on both sides, and keep one that is known', async () => {
      const identity = await identities.join(anIdentity())
      const bound = { ...identity, unionId: 'oUNION_1' }
      const again = (unionId: string) => identities.join({ ...anIdentity(), openId: identity.openId, unionId })
      expect(await again('oUNION_1')).toEqual(bound)
      expect(await again('oUNION_2')).toEqual(bound)
      expect(await identities.ofUser(identity.userId)).toEqual(bound)
      expect(await identities.ofPerson(identity.openId)).toEqual(bound)
    })

    it('do not let anybody stand in for a person by a hostile UserID', async () => {
      for (const text of ['__proto__', 'a#identity', '..', 'sha256-00', ' ', 'x\ny', '你好']) {
        const identity = anIdentity({ userId: `${text}${randomUUID()}` as UserId })
        expect(await identities.join(identity)).toEqual(identity)
        expect(await identities.ofUser(identity.userId)).toEqual(identity)
      }
    })
  })
}
