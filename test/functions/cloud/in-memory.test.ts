import { describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import { millis, minutes } from '../../../shared/kernel/time.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { OPEN_ID } from '../../support/build.ts'
import { aHangingCall, cancellation, DOWN, LIMIT, PERSON, someInstances, TIMER, text } from '../../support/cloud-app.ts'
import { someone } from '../../support/people.ts'

const HALF_DOWN = { add: DOWN, change: DOWN, due: DOWN }

describe('inMemory', () => {
  it.each([
    ['takes nothing', 'add', 'before'],
    ['has lost its answer', 'add', 'after'],
    ['changes nothing', 'change', 'before'],
  ] as const)('sends once when the database %s', async (_, name, when) => {
    const { anInstance, fail, failing, minutesOf, sent } = someInstances()
    const { app } = anInstance()
    fail(name, { times: 99, when })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    failing.now = {}
    await minutesOf(app, 12)
    expect(sent).toEqual([OPEN_ID])
  })

  it.each(['before', 'after'] as const)(
    'sends once by the timer what WeChat was too busy for, %s the database took it',
    async (when) => {
      const { anInstance, fail, failing, minutesOf, sent, wechat } = someInstances()
      const { app, events } = anInstance()
      fail('add', { when })
      wechat.isBusy = true
      expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
      failing.now = {}
      expect([sent, events('process.waiting').length]).toEqual([[], 1])
      await minutesOf(app, 7)
      wechat.isBusy = false
      await minutesOf(app, 23)
      expect(sent).toEqual([OPEN_ID])
    },
  )

  it('calls nothing done in the database that waits in a memory which may go', async () => {
    const { anInstance, fail, advance, sent, wechat } = someInstances()
    fail('change', { times: 2 })
    wechat.isBusy = true
    expect(await anInstance().app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    wechat.isBusy = false
    advance(minutes(20))
    await anInstance().app(TIMER, LIMIT)
    expect(sent).toEqual([OPEN_ID])
  })

  it('sends nothing again of what has failed when half of it had gone out', async () => {
    // The picture of the rule 海报 is gone.
    const gone = async () => ({ status: 404, headers: { get: () => null }, body: (async function* () {})() })
    const { anInstance, fail, minutesOf, sent, about } = someInstances({ fetch: gone })
    const { app, events } = anInstance()
    fail('add', { when: 'after' })
    await app(text(OPEN_ID, '海报'), LIMIT)
    expect([sent, events('process.failed').length]).toEqual([[OPEN_ID], 1])
    await minutesOf(app, 8)
    expect([sent, await about('push')]).toMatchObject([[OPEN_ID], [{ state: 'failed' }]])
  })

  it('does nothing when it wakes long after it has answered', async () => {
    const { anInstance, failing, advance, minutesOf, sent, pass } = someInstances()
    const hanging = aHangingCall()
    failing.now = { change: () => hanging.call }
    const [frozen, other] = [anInstance().app, anInstance().app]
    const answer = frozen(text(OPEN_ID, '帮助'), LIMIT)
    await pass(5000)
    expect(await answer).toBe('success')
    failing.now = {}
    advance(minutes(7))
    await other(TIMER, LIMIT)
    expect(sent).toEqual([OPEN_ID])
    hanging.fail()
    await pass(1000)
    await minutesOf(frozen, 3)
    expect(sent).toEqual([OPEN_ID])
  })

  it('tells the database by the next push what it has done, where no timer comes', async () => {
    const { anInstance, failing, advance, sent } = someInstances()
    const { app } = anInstance()
    failing.now = { change: DOWN }
    await app(text(OPEN_ID, '帮助'), LIMIT)
    expect(sent).toEqual([OPEN_ID])
    failing.now = {}
    const others = [someone(), someone(), someone()]
    for (const other of others) {
      advance(minutes(3))
      await app(text(other, '帮助'), LIMIT)
    }
    expect(sent).toEqual([OPEN_ID, ...others])
  })

  it('does at the next push what waits, where no timer comes', async () => {
    const { anInstance, failing, advance, sent, wechat } = someInstances()
    const { app } = anInstance()
    failing.now = HALF_DOWN
    wechat.isBusy = true
    await app(text(OPEN_ID, '帮助'), LIMIT)
    failing.now = {}
    wechat.isBusy = false
    advance(minutes(3))
    await app(text(someone(), '帮助'), LIMIT)
    expect(sent).toContain(OPEN_ID)
  })

  it('works off what waits though every call of the database hangs for 2 s', async () => {
    const { anInstance, failing, sent, wechat, advance } = someInstances()
    const { app } = anInstance()
    const slow = async () => {
      advance(2000)
      return await DOWN()
    }
    failing.now = { add: DOWN, change: slow, get: slow, of: slow, due: slow, sweep: slow }
    await app(text(someone(), '帮助'), LIMIT)
    wechat.isBusy = true
    await app(text(OPEN_ID, '帮助'), LIMIT)
    wechat.isBusy = false
    for (let minute = 0; minute < 3; minute += 1) {
      advance(60_000)
      await app(TIMER, LIMIT)
    }
    expect(sent).toContain(OPEN_ID)
  })

  it('ends within its limit though the database takes nearly 2 s a call', async () => {
    const { anInstance, failing, clock, advance, kept } = someInstances()
    const { app } = anInstance()
    failing.now = HALF_DOWN
    for (let n = 0; n < 5; n += 1) await app(text(someone(), '帮助'), LIMIT)
    const slowly =
      <Given extends readonly unknown[], T>(call: (...given: Given) => Promise<T>) =>
      async (...given: Given) => {
        advance(2000)
        return await call(...given)
      }
    failing.now = { change: slowly(kept.change), due: slowly(kept.due), sweep: slowly(kept.sweep) }
    advance(60_000)
    const begun = clock()
    await app(TIMER, millis(5000))
    expect(clock() - begun).toBeLessThanOrEqual(5000)
  })

  it('keeps none of the words of whom it has answered, and so no more than it can hold', async () => {
    const { anInstance, failing } = someInstances()
    failing.now = HALF_DOWN
    const { app, memory } = anInstance()
    for (let n = 0; n < 5; n += 1) await app(text(OPEN_ID, `${n} ${'长'.repeat(80_000)}`), LIMIT)
    expect((await memory.of(PERSON, 'all')).map(({ kind }) => kind)).toEqual(['window'])
  })

  it('keeps nothing of whom is erased, and sends them nothing more', async () => {
    const { anInstance, failing, advance, minutesOf, sent, wechat } = someInstances()
    const { app, memory } = anInstance()
    failing.now = HALF_DOWN
    wechat.isBusy = true
    await app(text(OPEN_ID, '帮助'), LIMIT)
    failing.now = {}
    wechat.isBusy = false
    advance(1000)
    expect(await app(cancellation(), LIMIT)).toBe('success')
    await minutesOf(app, 90)
    expect([sent, await memory.of(PERSON, 'all')]).toEqual([[], []])
  })

  it.each([
    ['cannot be written', 'contention'],
    ['says no push any more', 'spoiled'],
  ])('works off what waits for others though a push that it has done %s', async (_, how) => {
    const { anInstance, failing, minutesOf, sent, kept, wechat, about } = someInstances()
    const { app } = anInstance()
    const other = someone()
    failing.now = { change: DOWN }
    await app(text(OPEN_ID, '帮助'), LIMIT)
    failing.now = {}
    wechat.isBusy = true
    await app(text(other, '帮助'), LIMIT)
    wechat.isBusy = false
    const [poison] = await about('push')
    if (poison === undefined) throw new Error('nothing was accepted')
    if (how === 'spoiled') await kept.change([poison.id], () => [{ ...poison, value: '{' }])
    else {
      failing.now = {
        change: async (ids, change) => {
          if (ids.includes(poison.id)) throw new Fault('TABLE_UNAVAILABLE', { because: 'contention' })
          return await kept.change(ids, change)
        },
      }
    }
    await minutesOf(app, 3)
    expect(sent).toEqual([OPEN_ID, other])
  })

  it('leaves to memory nothing that another instance has ended meanwhile', async () => {
    const { anInstance, fail, failing, advance, minutesOf, sent, wechat } = someInstances()
    const { app } = anInstance()
    fail('add', { when: 'after' })
    wechat.isBusy = true
    await app(text(OPEN_ID, '帮助'), LIMIT)
    failing.now = {}
    wechat.isBusy = false
    advance(minutes(7))
    await anInstance().app(TIMER, LIMIT)
    expect(sent).toEqual([OPEN_ID])
    await minutesOf(app, 30)
    expect(sent).toEqual([OPEN_ID])
  })

  it('goes on by itself without a database that ever comes back', async () => {
    const { anInstance, minutesOf, sent, wechat } = someInstances({
      documents: () => ({ ...memoryDocuments(), ...HALF_DOWN }),
    })
    const { app } = anInstance()
    wechat.isBusy = true
    await app(text(OPEN_ID, '帮助'), LIMIT)
    wechat.isBusy = false
    await minutesOf(app, 3)
    expect(sent).toEqual([OPEN_ID])
  })
})
