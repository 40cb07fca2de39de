import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { millis } from '../../../shared/kernel/time.ts'
import { NO_NOTIFY } from '../../../shared/store/notify.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { telling } from '../../support/telling.ts'

let table: TestTable
let world: ReturnType<typeof telling>
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = telling(table)
})
afterAll(() => table.close())

describe('candidateOf', () => {
  it('knows all that there is to know of somebody who may have missed something', async () => {
    const who = await world.aPerson(2)
    const notice = await world.write(who)
    const found = await world.candidate(who)
    expect(found).toMatchObject({
      person: who.person,
      identity: { openId: who.openId },
      notify: NO_NOTIFY,
      isFreed: false,
    })
    expect(found).toMatchObject({ unseen: [notice], notices: [notice], permit: { base: 2 } })
  })

  it('knows nobody who has not logged in', async () => {
    const who = await world.aPerson(1)
    expect(await world.candidate({ ...who, person: `${who.person}x` })).toBe('unknown-person')
  })

  it('looks no further at somebody who allows nothing', async () => {
    const who = await world.aPerson(0)
    await world.write(who)
    expect(await world.candidate(who)).toBe('no-permit')
  })

  it('leaves whoever comes back alone when nothing is waited for', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    expect(await world.candidate(who, ['return'])).toBe('nothing')
    expect(await world.candidate(who, ['return', 'message'])).toMatchObject({ person: who.person })
  })

  it.each([
    ['a message, before it is due', ['message'], 59_999, false],
    ['a message, when it is due', ['message'], 60_000, true],
    ['a return', ['return'], 0, true],
  ] as const)('while something is waited for: %s', async (_, triggers, after, isLooked) => {
    const who = await world.aPerson(1)
    await world.write(who)
    const next = { state: 'waiting', dueAt: millis(world.clock() + 60_000), reason: 'cooldown' } as const
    await world.deps.store.commit({ person: who.person, notify: { ...NO_NOTIFY, next } })
    world.later(after)
    expect(typeof (await world.candidate(who, triggers))).toBe(isLooked ? 'object' : 'string')
  })

  it('tries anew what has failed when something comes', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    const next = { state: 'failed', reason: 'TEMPLATE_UNKNOWN' } as const
    await world.deps.store.commit({ person: who.person, notify: { ...NO_NOTIFY, next } })
    expect(await world.candidate(who)).toMatchObject({ unseen: [{ from: 'alice' }] })
  })
})
