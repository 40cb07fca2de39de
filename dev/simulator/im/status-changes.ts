import type { Clock, Millis } from '../../../shared/kernel/time.ts'
import { alarm } from './alarm.ts'
import type { CallbackEvent, SentCallback } from './callback-sender.ts'
import { type Departure, type ImPlatform, isPushed, PLATFORMS } from './platform.ts'
import { type ImStatus, presences } from './presence.ts'
import { customStatusEvent, disconnectEvent, eventTimes, loginEvent, logoutEvent } from './state-event.ts'

interface StatusWorld {
  readonly clock: Clock
  readonly tell: (event: CallbackEvent) => Promise<SentCallback | undefined>
  readonly importAccount: (userId: string) => void
}

type Told = Promise<readonly SentCallback[]>

/**
 * People come and go, and IM tells of it. What a person does holds at once; the promise is kept when the callbacks
 * that it led to have been answered.
 */
export function statusChanges({ clock, tell, importAccount }: StatusWorld) {
  const people = presences()
  const timeOf = eventTimes()
  const underWay = new Set<Promise<unknown>>()
  const due = alarm(clock, people.nextAt, () => void tellGone().catch(() => undefined))
  return {
    comeOnline,
    goToBackground: (userId: string, platform?: ImPlatform) => leave(userId, 'background', platform),
    closeApp: (userId: string, platform?: ImPlatform) => leave(userId, 'close', platform),
    losesNetwork: (userId: string, platform?: ImPlatform) => leave(userId, 'network', platform),
    logout,
    setStatus,
    setCustomStatus,
    presenceOf: (userId: string) => people.presenceOf(userId, clock()),
    catchUp: async (): Promise<void> => {
      await tellGone()
      await idle()
    },
    idle,
    isIdle: () => underWay.size === 0,
    stop: due.stop,
  }

  /** `kicks`: where the login pushes the person off, as the console's login policy has it. */
  function comeOnline(
    userId: string,
    platform: ImPlatform = 'Web',
    { kicks = [] }: { readonly kicks?: readonly ImPlatform[] } = {},
  ): Told {
    importAccount(userId)
    const earlier = tellGone()
    if (people.returns(userId, platform)) return tellAll([], earlier)
    const kicked = kicks.filter((other) => other !== platform && isOnline(userId, other))
    for (const other of kicked) people.remove(userId, other)
    people.arrive(userId, platform)
    return tellAll([loginEvent(userId, platform, timeOf(userId, clock()), kicked)], earlier)
  }

  /** IM notices by and by: `catchUp` or the alarm tells of it. */
  function leave(userId: string, departure: Departure, platform: ImPlatform = 'Web'): Told {
    const earlier = tellGone()
    people.depart(userId, platform, departure, clock())
    return Promise.all([earlier, tellGone()]).then(([, own]) => own)
  }

  function logout(userId: string, platform: ImPlatform = 'Web'): Told {
    const earlier = tellGone()
    const wasOnline = isOnline(userId, platform)
    people.remove(userId, platform)
    return tellAll(wasOnline ? [logoutEvent(userId, platform, timeOf(userId, clock()))] : [], earlier)
  }

  /** Without a platform: on the Web, or off wherever the person is. @throws {TypeError} nothing is pushed there */
  async function setStatus(userId: string, status: ImStatus, platform?: ImPlatform): Told {
    importAccount(userId)
    if (status === 'PushOnline' && platform !== undefined && !isPushed(platform)) {
      throw new TypeError(`nobody is PushOnline on ${platform}`)
    }
    return await (status === 'Online' ? setOnline(userId, platform ?? 'Web') : setGone(userId, status, platform))
  }

  function setOnline(userId: string, platform: ImPlatform): Told {
    if (!isOnline(userId, platform)) return comeOnline(userId, platform)
    people.arrive(userId, platform)
    return tellAll([], tellGone())
  }

  function setGone(userId: string, status: ImStatus, platform: ImPlatform | undefined): Told {
    const earlier = tellGone()
    const left = platform === undefined ? PLATFORMS : [platform]
    const closed = left.filter((one) => isOnline(userId, one))
    for (const one of left) people.remove(userId, one)
    if (status === 'PushOnline') people.push(userId, platform ?? closed.find(isPushed) ?? 'iOS', clock())
    const events = closed.map((one) => disconnectEvent(userId, one, timeOf(userId, clock()), 'LinkClose'))
    return tellAll(events, earlier)
  }

  function setCustomStatus(userId: string, text: string, platform: ImPlatform = 'Web'): Told {
    return tellAll([customStatusEvent(userId, platform, timeOf(userId, clock()), text)], tellGone())
  }

  /** Of everybody whom IM misses by now, with the time at which it noticed. */
  function tellGone(): Told {
    const gone = people.takeGone(clock())
    due.set()
    const events = gone.map(({ userId, platform, at, reason }) =>
      disconnectEvent(userId, platform, timeOf(userId, at), reason),
    )
    return tellAll(events, Promise.resolve())
  }

  function tellAll(events: readonly CallbackEvent[], earlier: Promise<unknown>): Told {
    due.set()
    const telling = earlier
      .then(() => Promise.all(events.map((event) => tell(event))))
      .then((all) => all.filter((one) => one !== undefined))
    underWay.add(telling)
    const forget = (): void => void underWay.delete(telling)
    telling.then(forget, forget)
    return telling
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.allSettled(underWay)
  }

  function isOnline(userId: string, platform: ImPlatform, now: Millis = clock()): boolean {
    return people.isOnline(userId, platform, now)
  }
}
