import { type Millis, millis } from '../../../shared/kernel/time.ts'
import { type Departure, type ImPlatform, isPushed, noticed, PUSHED_FOR } from './platform.ts'

export const STATUSES = ['Online', 'PushOnline', 'Offline'] as const
export type ImStatus = (typeof STATUSES)[number]

interface Leaving {
  readonly departure: Departure
  readonly at: Millis
  readonly reason: 'LinkClose' | 'TimeOut'
}

/** A person on one platform: there, for now perhaps, or to be reached by a vendor's push only. */
type Link =
  | { readonly kind: 'online'; readonly leaving?: Leaving }
  | { readonly kind: 'pushed'; readonly until: Millis }

/** Somebody's line is gone, and IM has noticed. */
export interface Gone extends Leaving {
  readonly userId: string
  readonly platform: ImPlatform
}

/** Offline ones are in no detail. */
export interface Presence {
  readonly status: ImStatus
  readonly detail: ReadonlyArray<{ readonly platform: ImPlatform; readonly status: ImStatus }>
}

type Links = Map<ImPlatform, Link>

/** Who is there, by the time that is handed in. */
export function presences() {
  const people = new Map<string, Links>()
  return { arrive, returns, depart, remove, push, presenceOf, isOnline, takeGone, nextAt }

  function linksOf(userId: string): Links {
    const links = people.get(userId) ?? new Map<ImPlatform, Link>()
    people.set(userId, links)
    return links
  }

  function arrive(userId: string, platform: ImPlatform): void {
    linksOf(userId).set(platform, { kind: 'online' })
  }

  /** Whether a mini program comes back from the background: its line still stands, IM sees nothing of it. */
  function returns(userId: string, platform: ImPlatform): boolean {
    const link = linksOf(userId).get(platform)
    if (link?.kind !== 'online' || link.leaving?.departure !== 'background') return false
    arrive(userId, platform)
    return true
  }

  /** The line will be gone; the sooner of two reasons counts. */
  function depart(userId: string, platform: ImPlatform, departure: Departure, now: Millis): void {
    const link = linksOf(userId).get(platform)
    const notice = noticed(platform, departure)
    if (link?.kind !== 'online' || notice === undefined) return
    const leaving = { departure, at: millis(now + notice.afterMs), reason: notice.reason }
    if (link.leaving === undefined || leaving.at < link.leaving.at) {
      linksOf(userId).set(platform, { kind: 'online', leaving })
    }
  }

  function remove(userId: string, platform: ImPlatform): void {
    linksOf(userId).delete(platform)
  }

  /** From then on only a vendor's push reaches the person, for a while. */
  function push(userId: string, platform: ImPlatform, from: Millis): void {
    linksOf(userId).set(platform, { kind: 'pushed', until: millis(from + PUSHED_FOR) })
  }

  function presenceOf(userId: string, now: Millis): Presence {
    const detail = [...(people.get(userId) ?? [])].flatMap(([platform, link]) => {
      const status = statusOf(platform, link, now)
      return status === 'Offline' ? [] : [{ platform, status }]
    })
    const statuses: readonly ImStatus[] = detail.map(({ status }) => status)
    return { status: STATUSES.find((status) => statuses.includes(status)) ?? 'Offline', detail }
  }

  function isOnline(userId: string, platform: ImPlatform, now: Millis): boolean {
    return presenceOf(userId, now).detail.some((one) => one.platform === platform && one.status === 'Online')
  }

  /** Whose line is gone by now and who was not yet told of, in order. */
  function takeGone(now: Millis): readonly Gone[] {
    const gone = leavings().filter(({ at }) => at <= now)
    for (const { userId, platform, at } of gone) {
      if (isPushed(platform)) push(userId, platform, at)
      else remove(userId, platform)
    }
    return gone
  }

  function nextAt(): Millis | undefined {
    return leavings()[0]?.at
  }

  function leavings(): readonly Gone[] {
    const all = [...people].flatMap(([userId, links]) =>
      [...links].flatMap(([platform, link]) =>
        link.kind === 'online' && link.leaving !== undefined ? [{ userId, platform, ...link.leaving }] : [],
      ),
    )
    return all.sort((one, other) => one.at - other.at)
  }
}

function statusOf(platform: ImPlatform, link: Link, now: Millis): ImStatus {
  if (link.kind === 'pushed') return now < link.until ? 'PushOnline' : 'Offline'
  if (link.leaving === undefined || now < link.leaving.at) return 'Online'
  return isPushed(platform) && now < link.leaving.at + PUSHED_FOR ? 'PushOnline' : 'Offline'
}
