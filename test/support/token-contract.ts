import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../shared/kernel/secret.ts'
import { type Clock, millis, type Seconds, seconds, toMillis } from '../../shared/kernel/time.ts'
import type { KeptToken, TokenFailure, TokenRecord, TokenStore } from '../../shared/store/token.ts'
import { aClock, NOW } from './build.ts'

const at = (after: number) => toMillis(seconds(NOW + after))

export const aKeptToken = (token: string, obtainedAfter = 0): KeptToken => ({
  token: new Secret(token),
  obtainedAt: at(obtainedAfter),
  freshUntil: at(obtainedAfter + 6900),
  worksUntil: at(obtainedAfter + 7200),
})

const FAILURE: TokenFailure = {
  code: 'WECHAT_REFUSED',
  facts: { call: 'POST /cgi-bin/stable_token', errcode: 40164, ip: '203.0.113.7' },
  until: at(10),
}

/** With the token in clear, so that two can be compared. */
const told = ({ kept, ...rest }: TokenRecord) =>
  kept === undefined ? rest : { ...rest, kept: { ...kept, token: kept.token.reveal() } }

/** What every store of a token keeps to. */
export function tokenContract(name: string, make: (clock: Clock, account: string) => TokenStore): void {
  const started = (clock: Clock & { advance(by: Seconds): void } = aClock()) => {
    const store = make(clock, `wx${randomUUID()}`)
    const lease = async (holder: string, seen?: TokenRecord) =>
      await store.lease({ holder, until: millis(clock() + 10_000) }, seen ?? (await store.read()))
    return { clock, store, lease }
  }

  describe(`${name} token store`, () => {
    it('knows nothing at first', async () => {
      const { store } = started()
      expect(await store.read()).toEqual({ revision: 0 })
    })

    it('gives back what was kept, and the lease is over', async () => {
      const { store, lease } = started()
      await lease('a')
      const token = { ...aKeptToken('T1'), confirmedAt: at(0) }
      expect(await store.keep('a', token)).toBe(token)
      expect(told(await store.read())).toEqual({ revision: 1, kept: { ...token, token: 'T1' } })
    })

    it('leases to one of 50 at a time, until the lease is over', async () => {
      const { clock, store, lease } = started()
      const leases = () => Promise.all(Array.from({ length: 50 }, (_, index) => lease(`${clock()}-${index}`)))
      expect((await leases()).filter(Boolean)).toHaveLength(1)
      expect((await store.read()).leasedUntil).toBe(at(10))
      clock.advance(seconds(9))
      expect((await leases()).filter(Boolean)).toHaveLength(0)
      clock.advance(seconds(1))
      expect((await leases()).filter(Boolean)).toHaveLength(1)
    })

    it('does not lease to one who has not seen how the last refresh ended', async () => {
      const { store, lease } = started()
      const before = await store.read()
      await lease('a')
      await store.keep('a', aKeptToken('T1'))
      expect(await lease('b', before)).toBe(false)
      const between = await store.read()
      expect(await lease('b')).toBe(true)
      await store.fail('b', FAILURE)
      expect(await lease('c', between)).toBe(false)
      expect(await lease('c')).toBe(true)
    })

    it('remembers a failure beside the old token, until a token comes', async () => {
      const { store, lease } = started()
      await lease('a')
      await store.keep('a', aKeptToken('T1'))
      await lease('b')
      await store.fail('b', FAILURE)
      expect(told(await store.read())).toEqual({
        revision: 2,
        kept: { ...aKeptToken('T1'), token: 'T1' },
        failure: FAILURE,
      })
      await lease('c')
      await store.keep('c', aKeptToken('T2', 1))
      expect(told(await store.read())).toEqual({ revision: 3, kept: { ...aKeptToken('T2', 1), token: 'T2' } })
    })

    it('takes what one brings who lost the lease only if it is newer, and leaves the lease of the other', async () => {
      const { clock, store, lease } = started()
      await lease('slow')
      clock.advance(seconds(11))
      await lease('quick')
      expect((await store.keep('slow', aKeptToken('T1', 0))).token.reveal()).toBe('T1')
      expect((await store.read()).leasedUntil).toBe(at(21))
      await store.keep('quick', aKeptToken('T2', 11))
      expect((await store.keep('slow', aKeptToken('T0', 5))).token.reveal()).toBe('T2')
      expect((await store.read()).kept?.token.reveal()).toBe('T2')
    })

    it('does not hear of the failure of one who lost the lease', async () => {
      const { clock, store, lease } = started()
      await lease('slow')
      clock.advance(seconds(11))
      await lease('quick')
      await store.fail('slow', FAILURE)
      expect(await store.read()).toEqual({ revision: 0, leasedUntil: at(21) })
    })
  })
}
