import { Fault } from '../kernel/fault.ts'
import type { UserId } from '../kernel/ids.ts'
import type { Secret } from '../kernel/secret.ts'
import { type Millis, millis, minutes, type Sleep } from '../kernel/time.ts'
import { adminSig } from './admin-sig.ts'
import { type ImWorld, imCaller } from './call.ts'
import { meaningOf, nextOf } from './errcode.ts'
import { countOf, type Fields, fieldsOf, listOf, textOf } from './json.ts'

const STATUSES = ['Online', 'PushOnline', 'Offline'] as const

/**
 * `PushOnline`: gone, but a vendor's push still reaches an app of ours, never a mini program. `unknown-account`: IM has never seen
 * them.
 */
export type OnlineStatus = (typeof STATUSES)[number] | 'unknown-account'

export interface ImApi {
  /**
   * Who is online, 500 people a call. Who is not in the answer is not known: IM has not said it, or the call that asked for them
   * has failed while another succeeded.
   * @see https://cloud.tencent.com/document/product/269/2566
   * @throws {Fault} IM_UNREACHABLE, IM_UNREADABLE, IM_REFUSED when nothing could be asked: see `nextOf`
   */
  onlineStatus(users: readonly UserId[]): Promise<ReadonlyMap<UserId, OnlineStatus>>
}

export interface ImApiDeps extends ImWorld {
  readonly secretKey: Secret
  readonly sleep: Sleep
}

const MOST_PEOPLE = 500
/** How long nobody calls when IM has seen too many wrong signatures. */
const PAUSE = minutes(1)

/** IM's REST API. Whatever is asked for here only reads, so that it can be asked for twice. */
export function imApi({ secretKey, sleep, ...world }: ImApiDeps): ImApi {
  const { clock, random, sdkAppId, admin } = world
  const call = imCaller(world)
  const sigs = adminSig({ sdkAppId, secretKey, admin, clock })
  let pause: { readonly until: Millis; readonly because: Fault } | undefined

  /** Once more where that helps: after a moment, or with a new UserSig. */
  async function ask(command: string, body: Fields): Promise<Fields> {
    try {
      return await tryOnce(command, body, sigs.get())
    } catch (failure) {
      const next = nextOf(failure)
      if (next === 'sign') return tryOnce(command, body, sigs.fresh())
      if (next !== 'again') throw failure
      await sleep(shortly(random()))
      return tryOnce(command, body, sigs.get())
    }
  }

  async function tryOnce(command: string, body: Fields, sig: Secret): Promise<Fields> {
    if (pause !== undefined && clock() < pause.until) throw pause.because
    try {
      return await call(command, body, sig)
    } catch (failure) {
      if (failure instanceof Fault && nextOf(failure) === 'pause') {
        pause = { until: millis(clock() + PAUSE), because: failure }
      }
      throw failure
    }
  }

  return {
    async onlineStatus(users) {
      const groups = groupsOf([...new Set(users)])
      const asked = await Promise.allSettled(
        groups.map((group) => ask('v4/openim/query_online_status', { To_Account: group })),
      )
      const answers = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      const failure = asked.find((each) => each.status === 'rejected')
      if (answers.length === 0 && failure !== undefined) throw failure.reason
      const known = new Map(answers.flatMap(statusesOf))
      return new Map(users.flatMap((user) => entryOf(user, known.get(user))))
    },
  }
}

const entryOf = (user: UserId, status: OnlineStatus | undefined): ReadonlyArray<readonly [UserId, OnlineStatus]> =>
  status === undefined ? [] : [[user, status]]

const groupsOf = (users: readonly UserId[]): ReadonlyArray<readonly UserId[]> =>
  Array.from({ length: Math.ceil(users.length / MOST_PEOPLE) }, (_, index) =>
    users.slice(index * MOST_PEOPLE, (index + 1) * MOST_PEOPLE),
  )

/** From 200 to 600 ms, so that those who failed together do not return together. */
const shortly = (random: number): Millis => millis(200 + Math.floor((random / 2 ** 32) * 400))

/** IM names each person; the Chinese pages say `Status`, the others `State`. */
function statusesOf({ QueryResult, ErrorList }: Fields): ReadonlyArray<readonly [string, OnlineStatus]> {
  const strangers = listOf(ErrorList)
    .map(fieldsOf)
    .filter(({ ErrorCode }) => meaningOf(countOf(ErrorCode) ?? 0).next === 'account')
    .map(({ To_Account }) => [textOf(To_Account), 'unknown-account'] as const)
  const found = listOf(QueryResult)
    .map(fieldsOf)
    .flatMap(({ To_Account, Status, State }) => {
      const status = STATUSES.find((each) => each === (Status ?? State))
      return status === undefined ? [] : [[textOf(To_Account), status] as const]
    })
  return [...strangers, ...found]
}
