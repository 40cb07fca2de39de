import { Secret } from '../../../shared/kernel/secret.ts'
import type { ApiCall } from './call.ts'
import { Refusal, refuse } from './refusal.ts'

/** The mini program that the simulated WeChat knows. */
export interface ApiAccount {
  readonly appId: string
  readonly appSecret: Secret | string
  /** `gh_…` */
  readonly originalId?: string
}

/** What a caller says of itself. */
interface Claim {
  readonly appId: unknown
  readonly secret: unknown
  readonly grantType: unknown
}

/** @throws {Refusal} 40002, 41002, 41004, 40013, 40125 */
export function checkCredentials({ appId, appSecret }: ApiAccount, claim: Claim, grantType: string): void {
  if (claim.grantType !== grantType) refuse(40002)
  if (!isGiven(claim.appId)) refuse(41002)
  if (!isGiven(claim.secret)) refuse(41004)
  if (claim.appId !== appId) refuse(40013)
  const secret = appSecret instanceof Secret ? appSecret.reveal() : appSecret
  if (claim.secret !== secret) refuse(40125)
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

/**
 * The console's IP白名单.
 * @throws {Refusal} 40164
 */
export function checkAddress({ ip }: ApiCall, allowedIps: readonly string[] | undefined): void {
  if (allowedIps === undefined || allowedIps.includes(ip)) return
  throw new Refusal(40164, `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`)
}
