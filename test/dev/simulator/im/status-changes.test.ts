import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CallbackEvent, SentCallback } from '../../../../dev/simulator/im/callback-sender.ts'
import type { ImPlatform } from '../../../../dev/simulator/im/platform.ts'
import { statusChanges } from '../../../../dev/simulator/im/status-changes.ts'
import { seconds, toMillis } from '../../../../shared/kernel/time.ts'
import fixtures from '../../../fixtures/vectors/im-callbacks.json' with { type: 'json' }
import { aClock, NOW } from '../../../support/build.ts'
import { shapeOf } from './shape.ts'

const open: Array<() => void> = []
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  for (const stop of open.splice(0)) stop()
  vi.useRealTimers()
})

/** People, and everything that IM tells of them. */
function aPlace(answer: () => Promise<void> = async () => undefined) {
  const clock = aClock()
  const told: CallbackEvent[] = []
  const known = new Set<string>()
  const people = statusChanges({
    clock,
    tell: async (event) => {
      told.push(event)
      await answer()
      return { ...event, at: '', tries: [], verdict: { kind: 'taken', rewritten: {} } } satisfies SentCallback
    },
    importAccount: (userId) => void known.add(userId),
  })
  open.push(people.stop)
  const later = async (span: number): Promise<void> => {
    clock.advance(seconds(span))
    await people.catchUp()
  }
  return { people, told, known, clock, later, status: () => people.presenceOf('bob').status }
}

const AT = toMillis(NOW)

const event = (Action: string, Reason: string, EventTime: number = AT, platform = 'Web', more = {}): CallbackEvent => ({
  command: 'State.StateChange',
  platform,
  body: {
    CallbackCommand: 'State.StateChange',
    EventTime,
    Info: { Action, To_Account: 'bob', Reason },
    ...more,
  },
})

describe('somebody who comes', () => {
  test('is online at once, and IM tells of it', async () => {
    const { people, told, known, status } = aPlace()
    const arriving = people.comeOnline('bob')
    expect(status()).toBe('Online')
    expect(await arriving).toMatchObject([event('Login', 'Register')])
    expect(told).toEqual([event('Login', 'Register')])
    expect([...known]).toEqual(['bob'])
  })

  test('on an iPhone comes in capitals', async () => {
    const { people, told } = aPlace()
    await people.comeOnline('bob', 'iOS')
    expect(told).toEqual([event('Login', 'Register', AT, 'IOS')])
  })

  test('again is told of again, a millisecond later at least', async () => {
    const { people, told } = aPlace()
    await people.comeOnline('bob')
    await people.comeOnline('bob')
    expect(told).toEqual([event('Login', 'Register'), event('Login', 'Register', AT + 1)])
  })

  test('pushes others off with one callback', async () => {
    const { people, told, status } = aPlace()
    await people.comeOnline('bob', 'Windows')
    await people.comeOnline('bob', 'Android')
    await people.comeOnline('bob', 'iOS', { kicks: ['Windows', 'Android', 'Mac', 'iOS'] })
    const KickedDevice = [{ Platform: 'Windows' }, { Platform: 'Android' }]
    expect(told.slice(2)).toEqual([event('Login', 'Register', AT + 2, 'IOS', { KickedDevice })])
    expect(people.presenceOf('bob').detail).toEqual([{ platform: 'iOS', status: 'Online' }])
    expect(status()).toBe('Online')
  })
})

describe('a mini program', () => {
  test('in the background is online for 30 s more, and then gone', async () => {
    const { people, told, later, status } = aPlace()
    await people.comeOnline('bob')
    await people.goToBackground('bob')
    await later(29)
    expect([status(), told.length]).toEqual(['Online', 1])
    await later(1)
    expect(status()).toBe('Offline')
    expect(told.slice(1)).toEqual([event('Disconnect', 'LinkClose', toMillis(seconds(NOW + 30)))])
  })

  test('is gone for whoever asks before IM has told of it', async () => {
    const { people, told, clock, status } = aPlace()
    await people.comeOnline('bob')
    await people.goToBackground('bob')
    clock.advance(seconds(30))
    expect([status(), told.length]).toEqual(['Offline', 1])
  })

  test('that comes back in time was never away', async () => {
    const { people, told, later, status } = aPlace()
    await people.comeOnline('bob')
    await people.goToBackground('bob')
    await later(29)
    expect(await people.comeOnline('bob')).toEqual([])
    await later(3600)
    expect([status(), told.length]).toEqual(['Online', 1])
  })

  test('that comes back too late went and came', async () => {
    const { people, told, clock, later } = aPlace()
    await people.comeOnline('bob')
    await people.goToBackground('bob')
    clock.advance(seconds(31))
    await people.comeOnline('bob')
    await later(3600)
    expect(told.slice(1)).toEqual([
      event('Disconnect', 'LinkClose', toMillis(seconds(NOW + 30))),
      event('Login', 'Register', toMillis(seconds(NOW + 31))),
    ])
  })

  test.each([
    ['was closed', 'closeApp', 5],
    ['has no network', 'losesNetwork', 60],
  ] as const)('that %s is gone', async (_, leave, span) => {
    const { people, told, later, status } = aPlace()
    await people.comeOnline('bob')
    await people[leave]('bob')
    await later(span - 1)
    expect([status(), told.length]).toEqual(['Online', 1])
    await later(1)
    expect(status()).toBe('Offline')
    expect(told.slice(1)).toEqual([event('Disconnect', 'LinkClose', toMillis(seconds(NOW + span)))])
  })

  test('that was closed and is opened again in time is told of as two logins', async () => {
    const { people, told, later } = aPlace()
    await people.comeOnline('bob')
    await people.closeApp('bob')
    await later(4)
    await people.comeOnline('bob')
    await later(3600)
    expect(told).toEqual([event('Login', 'Register'), event('Login', 'Register', toMillis(seconds(NOW + 4)))])
  })

  test('that is closed in the background goes at the sooner of the two times', async () => {
    const { people, later, status } = aPlace()
    await people.comeOnline('bob')
    await people.losesNetwork('bob')
    await people.closeApp('bob')
    await people.goToBackground('bob')
    await later(5)
    expect(status()).toBe('Offline')
  })

  test('of somebody who is not there cannot go', async () => {
    const { people, told, later } = aPlace()
    await people.goToBackground('bob')
    await people.closeApp('bob', 'iOS')
    await people.logout('bob')
    await later(3600)
    expect(told).toEqual([])
  })
})

describe('an app', () => {
  test('in the background is online for good', async () => {
    const { people, told, later, status } = aPlace()
    await people.comeOnline('bob', 'Android')
    await people.goToBackground('bob', 'Android')
    await later(86_400)
    expect([status(), told.length]).toEqual(['Online', 1])
  })

  test('without a network misses its heartbeat after 400 s, and is pushed to for seven days', async () => {
    const { people, told, later, status } = aPlace()
    await people.comeOnline('bob', 'Android')
    await people.losesNetwork('bob', 'Android')
    await later(399)
    expect(status()).toBe('Online')
    await later(1)
    expect(status()).toBe('PushOnline')
    expect(told.slice(1)).toEqual([event('Disconnect', 'TimeOut', toMillis(seconds(NOW + 400)), 'Android')])
    await later(7 * 86_400 - 1)
    expect(status()).toBe('PushOnline')
    await later(1)
    expect(status()).toBe('Offline')
  })

  test.each<readonly [ImPlatform, string]>([
    ['Android', 'PushOnline'],
    ['iOS', 'PushOnline'],
    ['iPad', 'PushOnline'],
    ['Windows', 'Offline'],
    ['Mac', 'Offline'],
  ])('on %s that is killed is %s at once', async (platform, status) => {
    const { people } = aPlace()
    await people.comeOnline('bob', platform)
    const told = await people.closeApp('bob', platform)
    expect(told.map(({ body }) => body.Info)).toEqual([
      { Action: 'Disconnect', To_Account: 'bob', Reason: 'LinkClose' },
    ])
    expect(people.presenceOf('bob').status).toBe(status)
  })
})

test('somebody who logs out is offline at once, wherever it was', async () => {
  const { people, told, status } = aPlace()
  await people.comeOnline('bob', 'iOS')
  const leaving = people.logout('bob', 'iOS')
  expect(status()).toBe('Offline')
  await leaving
  expect(told[1]).toEqual(event('Logout', 'Unregister', AT + 1, 'IOS'))
})

describe('a status that is set', () => {
  test('holds at once, and is told of when it is a change', async () => {
    const { people, told, status } = aPlace()
    const setting = people.setStatus('bob', 'Online')
    expect(status()).toBe('Online')
    expect(await setting).toHaveLength(1)
    expect(await people.setStatus('bob', 'Online')).toEqual([])
    const leaving = people.setStatus('bob', 'Offline')
    expect(status()).toBe('Offline')
    expect(await leaving).toHaveLength(1)
    expect(await people.setStatus('bob', 'Offline')).toEqual([])
    expect(told.map(({ body }) => Object(body.Info).Action)).toEqual(['Login', 'Disconnect'])
  })

  test('to Online keeps those who were about to go', async () => {
    const { people, told, later, status } = aPlace()
    await people.comeOnline('bob')
    await people.closeApp('bob')
    await people.setStatus('bob', 'Online')
    await later(3600)
    expect([status(), told.length]).toEqual(['Online', 1])
  })

  test('to Offline holds for every platform, or for the one that is named', async () => {
    const { people, told, status } = aPlace()
    for (const platform of ['Web', 'iOS', 'Mac'] as const) await people.comeOnline('bob', platform)
    await people.setStatus('bob', 'Offline', 'Mac')
    expect(status()).toBe('Online')
    await people.setStatus('bob', 'Offline')
    expect(status()).toBe('Offline')
    expect(told.slice(3).map(({ platform }) => platform)).toEqual(['Mac', 'Web', 'IOS'])
  })

  test('to PushOnline is told of as a line that is gone, if there was one', async () => {
    const { people, told, status } = aPlace()
    await people.setStatus('bob', 'PushOnline')
    expect([status(), told.length]).toEqual(['PushOnline', 0])
    await people.setStatus('bob', 'Offline')
    await people.comeOnline('bob', 'Android')
    await people.setStatus('bob', 'PushOnline')
    expect(people.presenceOf('bob').detail).toEqual([{ platform: 'Android', status: 'PushOnline' }])
    expect(told[1]?.body.Info).toEqual({ Action: 'Disconnect', To_Account: 'bob', Reason: 'LinkClose' })
  })

  test.each(['Web', 'Windows', 'Mac'] as const)('is never PushOnline on %s', async (platform) => {
    const { people } = aPlace()
    await expect(people.setStatus('bob', 'PushOnline', platform)).rejects.toThrow(TypeError)
  })

  test('is there when the callback was answered', async () => {
    let finish = (): void => undefined
    const answered = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { people } = aPlace(() => answered)
    let isOver = false
    const setting = people.setStatus('bob', 'Online').then(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(0)
    expect([isOver, people.isIdle()]).toEqual([false, false])
    finish()
    await setting
    await people.idle()
    expect(people.isIdle()).toBe(true)
  })
})

describe('the time', () => {
  test('brings everybody who is gone, in order', async () => {
    const { people, told, later } = aPlace()
    for (const [userId, leave] of [
      ['ann', 'losesNetwork'],
      ['ben', 'closeApp'],
      ['cid', 'goToBackground'],
    ] as const) {
      await people.comeOnline(userId)
      await people[leave](userId)
    }
    await later(3600)
    const gone = told.slice(3).map(({ body }) => [Object(body.Info).To_Account, Number(body.EventTime) - AT])
    expect(gone).toEqual([
      ['ben', 5000],
      ['cid', 30_000],
      ['ann', 60_000],
    ])
  })

  test('passes by itself, too', async () => {
    const { people, told, clock } = aPlace()
    await people.comeOnline('bob')
    await people.goToBackground('bob')
    clock.advance(seconds(30))
    await vi.advanceTimersByTimeAsync(30_000)
    expect(told).toHaveLength(2)
  })

  test('passes no more when all is stopped', async () => {
    const { people, told, clock } = aPlace()
    await people.comeOnline('bob')
    await people.goToBackground('bob')
    people.stop()
    clock.advance(seconds(30))
    await vi.advanceTimersByTimeAsync(30_000)
    expect([told.length, vi.getTimerCount()]).toEqual([1, 0])
  })
})

test.each([
  ['state-login-web', 0],
  ['state-login-kicks-others', 1],
  ['state-disconnect-linkclose', 2],
  ['state-logout', 3],
  ['state-custom-status', 4],
])('a change has the members of %s', async (name, at) => {
  const { people, told } = aPlace()
  await people.comeOnline('bob')
  await people.comeOnline('bob', 'iOS', { kicks: ['Web'] })
  await people.closeApp('bob', 'iOS')
  await people.comeOnline('bob')
  await people.logout('bob')
  await people.setCustomStatus('bob', 'busy')
  const fixture = fixtures.fixtures.find((one) => one.name === name)
  const changes = told.filter((_, n) => n !== 3)
  expect(shapeOf(changes[at]?.body)).toEqual(shapeOf(fixture?.body))
})
