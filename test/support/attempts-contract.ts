import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Clock, seconds } from '../../shared/kernel/time.ts'
import { type Attempts, CODE_KEPT, LOGINS_A_MINUTE } from '../../shared/store/attempts.ts'
import { aClock, NOW } from './build.ts'

/** Of nobody else's; the letters are no address, which nothing minds. */
const anAddress = (): string => randomUUID()

const times = async (count: number, of: () => Promise<boolean>): Promise<number> =>
  (await Promise.all(Array.from({ length: count }, of))).filter((isGood) => isGood).length

/** What every store of attempts keeps to; `make` gives instances that share what they know. */
export function attemptsContract(name: string, make: (clock: Clock) => () => Attempts): void {
  const started = (into = 0) => {
    // NOW is 20 s into a minute.
    const clock = aClock(seconds(NOW - 20 + into))
    return { clock, another: make(clock) }
  }

  describe(`${name} attempts`, () => {
    it('let an address have its share of a minute and no more, whichever instance it comes to', async () => {
      const { another } = started()
      const instances = Array.from({ length: 5 }, another)
      const address = anAddress()
      let turn = 0
      const next = () => (instances[turn++ % 5] ?? another()).count(address)
      let passed = 0
      for (let wave = 0; wave < 5; wave += 1) passed += await times(20, next)
      expect(passed).toBe(LOGINS_A_MINUTE)
      expect(await next()).toBe(false)
    })

    it('count addresses each for itself', async () => {
      const attempts = started().another()
      const address = anAddress()
      await times(LOGINS_A_MINUTE + 1, () => attempts.count(address))
      expect(await attempts.count(anAddress())).toBe(true)
    })

    it('take all addresses of a /64 for one', async () => {
      const attempts = started().another()
      const network = () => Math.floor(Math.random() * 0xffff).toString(16)
      const prefix = `2001:db8:${network()}:${network()}`
      let host = 1
      const next = () => attempts.count(`${prefix}::${(host++).toString(16)}`)
      expect(await times(LOGINS_A_MINUTE + 10, next)).toBe(LOGINS_A_MINUTE)
    })

    it('begin again with the next minute, to the second', async () => {
      const { clock, another } = started(59)
      const attempts = another()
      const address = anAddress()
      await times(LOGINS_A_MINUTE, () => attempts.count(address))
      expect(await attempts.count(address)).toBe(false)
      clock.advance(seconds(1))
      expect(await times(LOGINS_A_MINUTE + 1, () => attempts.count(address))).toBe(LOGINS_A_MINUTE)
    })

    it('let one of 50 have a code, and nobody later while it could be good', async () => {
      const { clock, another } = started()
      const code = randomUUID()
      expect(await times(50, () => another().take(code))).toBe(1)
      clock.advance(seconds(CODE_KEPT - 1))
      expect(await another().take(code)).toBe(false)
      expect(await another().take(`${code}x`)).toBe(true)
    })

    it('forget a code after that, although deletion comes late', async () => {
      const { clock, another } = started()
      const code = randomUUID()
      await another().take(code)
      clock.advance(CODE_KEPT)
      expect(await times(20, () => another().take(code))).toBe(1)
    })
  })
}
