import { type Clock, type Millis, millis, minutes, toSeconds } from '../../../shared/kernel/time.ts'
import type { ApiCall } from '../api/call.ts'
import { quota } from '../api/quota.ts'
import { refuse } from './rest-answer.ts'
import { faultOf, type ImApplication } from './user-sig.ts'

/** An application and who may call for it. */
export interface ImAccount extends ImApplication {
  /** UserID of the administrator. */
  readonly admin: string
}

const CALLS_A_SECOND = 200
const FAULTS_A_MINUTE = 50
const LOCKED_FOR = minutes(1)

const UINT32 = /^(?:0|[1-9]\d{0,9})$/

/** Who calls, and whether they may: what stands in the query of each call. */
export function restCallers(account: ImAccount, clock: Clock) {
  const quotas = new Map<string, ReturnType<typeof quota>>()
  let faultsAt: readonly Millis[] = []
  let lockedUntil: Millis | undefined
  return { check }

  /** @throws {ImRefusal} 60002, 60006, 60007, 60012, 70001, 70003, 70009, 70013, 70014, 70050, 90009 */
  function check({ method, path, query }: ApiCall): void {
    if (method !== 'POST') refuse(60002)
    checkQuery(query)
    if (!quotaOf(path).take()) refuse(60007)
    if (lockedUntil !== undefined && clock() < lockedUntil) refuse(70050)
    const identifier = query.get('identifier') ?? ''
    const fault = faultOf(query.get('usersig') ?? '', account, identifier, toSeconds(clock()))
    if (fault !== undefined) {
      noteFault()
      refuse(fault)
    }
    if (identifier !== account.admin) refuse(90009)
  }

  function checkQuery(query: URLSearchParams): void {
    const [sdkAppId, random, contentType] = ['sdkappid', 'random', 'contenttype'].map((name) => query.get(name) ?? '')
    if (sdkAppId === '') refuse(60012)
    if (sdkAppId !== String(account.sdkAppId)) refuse(60006)
    if (!isRandom(random)) refuse(60002, 'random is no 32-bit unsigned number')
    if (contentType !== 'json') refuse(60002, 'contenttype is not json')
    if ((query.get('identifier') ?? '') === '') refuse(60002, 'identifier is missing')
  }

  function quotaOf(path: string): ReturnType<typeof quota> {
    const one = quotas.get(path) ?? quota(clock, 'second', CALLS_A_SECOND)
    quotas.set(path, one)
    return one
  }

  /** Whoever fails too often within a minute is not heard for another. */
  function noteFault(): void {
    const now = clock()
    faultsAt = [...faultsAt.filter((at) => now - at < minutes(1)), now]
    if (faultsAt.length < FAULTS_A_MINUTE) return
    lockedUntil = millis(now + LOCKED_FOR)
    faultsAt = []
  }
}

const isRandom = (text: string | undefined): boolean =>
  text !== undefined && UINT32.test(text) && Number(text) < 2 ** 32
