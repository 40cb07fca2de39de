import { sha256 } from '../../../shared/kernel/bytes.ts'
import type { Answer } from '../api/answer.ts'
import type { Members } from '../api/call.ts'
import { inDetail } from './platform.ts'
import type { Presence } from './presence.ts'
import { ok, refuse } from './rest-answer.ts'

const MOST_ACCOUNTS = 500
const NOT_IMPORTED = 70107

/** The Chinese pages say `Status`, the international ones `State`. */
export type StatusField = 'Status' | 'State'

interface StatusWorld {
  readonly statusField: StatusField
  readonly isImported: (userId: string) => boolean
  readonly presenceOf: (userId: string) => Presence
}

/**
 * `POST /v4/openim/query_online_status`
 * @see https://cloud.tencent.com/document/product/269/2566
 */
export const queryOnlineStatus =
  ({ statusField, isImported, presenceOf }: StatusWorld) =>
  (members: Members): Answer => {
    const accounts = shuffled(accountsOf(members))
    const isDetailed = flagOf(members, 'IsNeedDetail')
    const known = accounts.filter(isImported)
    const unknown = accounts.filter((userId) => !isImported(userId))
    return ok({
      QueryResult: known.map((userId) => ({ To_Account: userId, ...statusOf(presenceOf(userId), isDetailed) })),
      ...(unknown.length === 0
        ? {}
        : { ErrorList: unknown.map((userId) => ({ To_Account: userId, ErrorCode: NOT_IMPORTED })) }),
    })

    function statusOf({ status, detail }: Presence, isAskedFor: boolean): Members {
      if (!isAskedFor || detail.length === 0) return { [statusField]: status }
      const platforms = detail.map((one) => ({ Platform: inDetail(one.platform), [statusField]: one.status }))
      return { [statusField]: status, Detail: platforms }
    }
  }

/** @throws {ImRefusal} 90001 nobody, 90003 no texts, 90011 more than 500 */
function accountsOf({ To_Account: accounts }: Members): readonly string[] {
  if (!Array.isArray(accounts)) return refuse(90003)
  if (accounts.length === 0) refuse(90001)
  if (accounts.length > MOST_ACCOUNTS) refuse(90011)
  return accounts.map((userId: unknown) => (typeof userId === 'string' && userId !== '' ? userId : refuse(90003)))
}

/** @throws {ImRefusal} 90003 */
function flagOf(members: Members, name: string): boolean {
  const { [name]: flag = 0 } = members
  return flag === 0 || flag === 1 ? flag === 1 : refuse(90003, `Invalid format of ${name}`)
}

/** Each once, in an order that is no order of the question's. */
const shuffled = (accounts: readonly string[]): readonly string[] =>
  [...new Set(accounts)]
    .map((userId) => ({ userId, at: sha256(userId) }))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ userId }) => userId)
