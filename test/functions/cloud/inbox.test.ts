import { describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import { minutes } from '../../../shared/kernel/time.ts'
import { OPEN_ID } from '../../support/build.ts'
import {
  ALL_DOWN,
  aCloudApp,
  aHangingCall,
  cancellation,
  consent,
  LIMIT,
  NEVER,
  PERSON,
  someInstances,
  TIMER,
  text,
} from '../../support/cloud-app.ts'

describe('cloudInbox', () => {
  it('fails when it has not accepted the push in time, so that WeChat sends it again', async () => {
    const { app, time, events } = aCloudApp({}, { add: NEVER })
    const answer = app(text(OPEN_ID, '帮助'), LIMIT)
    const failing = expect(answer).rejects.toThrow('TABLE_UNAVAILABLE because=deadline')
    await time.pass(5000)
    await failing
    expect(events('cloud.unfinished')).toMatchObject([{ isAccepted: 0 }])
  })

  it.each([
    ['fails', 'change', { times: 2 }],
    ['loses its answer', 'add', { when: 'after' }],
  ] as const)('loses no permit when the database %s', async (_, name, how) => {
    const { anInstance, fail, failing, advance, about } = someInstances()
    const { app } = anInstance()
    fail(name, how)
    // A failure is honest too: WeChat sends it again.
    await app(consent(), LIMIT).catch(() => undefined)
    failing.now = {}
    advance(minutes(10))
    await app(TIMER, LIMIT)
    expect(await about('permit')).toHaveLength(1)
  })

  it.each([
    ['fails', 'of', { times: 2 }],
    ['loses its answer', 'add', { when: 'after' }],
  ] as const)('leaves nothing of whom is erased when the database %s', async (_, name, how) => {
    const { anInstance, fail, failing, advance, about } = someInstances()
    const { app } = anInstance()
    await app(consent(), LIMIT)
    expect(await about('permit')).toHaveLength(1)
    advance(minutes(1))
    fail(name, how)
    await app(cancellation(), LIMIT).catch(() => undefined)
    failing.now = {}
    for (let hour = 0; hour < 12; hour += 1) {
      advance(minutes(60))
      await app(TIMER, LIMIT)
    }
    expect(await about('permit')).toHaveLength(0)
  })

  it.each([-501001, -501003, -501004, -502001, -502003, -604102])(
    'says success to no erasure that only memory would know: %d',
    async (errcode) => {
      const { anInstance, failing, kept } = someInstances()
      const { app } = anInstance()
      await app(text(OPEN_ID, '帮助'), LIMIT)
      failing.now = {
        add: () => Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'cloud-database', errcode })),
      }
      await expect(app(cancellation(), LIMIT)).rejects.toThrow('TABLE_UNAVAILABLE')
      expect((await kept.of(PERSON, 'all')).filter(({ value }) => value.includes('帮助'))).toHaveLength(1)
    },
  )

  it.each([-501005, -502005, -1])(
    'does without a database where there is none, or what speaks another language: %d',
    async (errcode) => {
      const { anInstance, failing, sent } = someInstances()
      const none = () => Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'cloud-database', errcode }))
      failing.now = { add: none, change: none, get: none, of: none, due: none, sweep: none }
      const { app, memory, events } = anInstance()
      expect(await app(consent(), LIMIT)).toBe('success')
      expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
      expect(sent).toEqual([OPEN_ID])
      expect(await memory.of(PERSON, 'all')).toMatchObject([{ kind: 'permit' }, { kind: 'window' }])
      expect(events('cloud.without-database')).toHaveLength(1)
      expect(await app(cancellation(), LIMIT)).toBe('success')
      expect(await memory.of(PERSON, 'all')).toEqual([])
    },
  )

  it('answers no duplicate that the database has called one', async () => {
    const { anInstance, fail, sent } = someInstances()
    const push = text(OPEN_ID, '帮助')
    await anInstance().app(push, LIMIT)
    fail('change', { times: 2 })
    await anInstance().app(push, LIMIT)
    expect(sent).toEqual([OPEN_ID])
  })

  it.each([
    ['memory, and the database is back', ALL_DOWN, {}],
    ['the database, which is gone', {}, ALL_DOWN],
  ])('answers no second delivery that the same instance has answered by %s', async (_, first, second) => {
    const { anInstance, failing, sent } = someInstances()
    const { app } = anInstance()
    const push = text(OPEN_ID, '帮助')
    failing.now = first
    expect(await app(push, LIMIT)).toBe('success')
    failing.now = second
    expect(await app(push, LIMIT)).toBe('success')
    expect(sent).toEqual([OPEN_ID])
  })

  it.each([
    ['has answered', false],
    ['has still to answer', true],
  ])('does nothing more when it wakes after another instance %s', async (_, isBusy) => {
    const { anInstance, failing, minutesOf, sent, wechat, pass } = someInstances()
    const hanging = aHangingCall()
    failing.now = { add: () => hanging.call }
    const [frozen, other] = [anInstance().app, anInstance().app]
    const push = text(OPEN_ID, '帮助')
    const refused = expect(frozen(push, LIMIT)).rejects.toThrow('TABLE_UNAVAILABLE')
    await pass(5000)
    await refused
    failing.now = {}
    wechat.isBusy = isBusy
    expect(await other(push, LIMIT)).toBe('success')
    wechat.isBusy = false
    hanging.fail()
    await pass(1000)
    await minutesOf(frozen, 2)
    await minutesOf(other, 2)
    expect(sent).toEqual([OPEN_ID])
  })
})
