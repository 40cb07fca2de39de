import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Clock, hours, type Seconds, seconds } from '../../shared/kernel/time.ts'
import type { MediaIds } from '../../shared/store/media.ts'
import { aClock } from './build.ts'

const LIFE = hours(60)

/** What every store of media ids keeps to. */
export function mediaContract(name: string, make: (clock: Clock, account: string, life: Seconds) => MediaIds): void {
  const started = () => {
    const clock = aClock()
    return { clock, ids: make(clock, `wx${randomUUID()}`, LIFE) }
  }

  describe(`${name} media ids`, () => {
    it('finds what was kept last, each under its key', async () => {
      const { ids } = started()
      expect(await ids.find('a')).toBeUndefined()
      await ids.keep('a', 'M1')
      await ids.keep('b', 'M2')
      await ids.keep('a', 'M3')
      expect([await ids.find('a'), await ids.find('b')]).toEqual(['M3', 'M2'])
    })

    it('knows an id no longer when its life is over, although deletion comes late', async () => {
      const { clock, ids } = started()
      await ids.keep('a', 'M1')
      clock.advance(seconds(LIFE - 1))
      expect(await ids.find('a')).toBe('M1')
      clock.advance(seconds(1))
      expect(await ids.find('a')).toBeUndefined()
    })

    it('forgets an id, and not one that came after it', async () => {
      const { ids } = started()
      await ids.keep('a', 'M1')
      await ids.forget('a', 'M0')
      expect(await ids.find('a')).toBe('M1')
      await ids.forget('a', 'M1')
      await ids.forget('never', 'M1')
      expect(await ids.find('a')).toBeUndefined()
      await ids.keep('a', 'M2')
      expect(await ids.find('a')).toBe('M2')
    })
  })
}
