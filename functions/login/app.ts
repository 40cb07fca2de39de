import type { App, PlainRequest } from '../../shared/http/plain.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import type { OpenId, SdkAppId, UserId } from '../../shared/kernel/ids.ts'
import { type Log, pseudonym } from '../../shared/kernel/log.ts'
import { type Clock, hours, type Seconds, seconds, toSeconds } from '../../shared/kernel/time.ts'
import type { Attempts } from '../../shared/store/attempts.ts'
import type { Identities, Identity } from '../../shared/store/identity.ts'
import type { CodeToSession } from '../../shared/wechat/session.ts'
import { answered, refused } from './answer.ts'
import { codeIn } from './form.ts'
import { asLogin } from './refusal.ts'

export interface LoginDeps {
  readonly attempts: Attempts
  readonly session: CodeToSession
  readonly identities: Identities
  /** The UserID of somebody who logs in for the first time. */
  readonly deriveUserId: (openId: OpenId) => UserId
  /** Valid for {@link USER_SIG_LIFE} from `now`. */
  readonly signUserSig: (userId: UserId, now: Seconds) => string
  readonly sdkAppId: SdkAppId
  readonly clock: Clock
  readonly log: Log
}

/**
 * A mini program logs in whenever it starts, so it needs a UserSig for no longer than it stays open; a week is for those that sleep
 * in the background, and the longest that a stolen one is good for.
 */
export const USER_SIG_LIFE = hours(24 * 7)

/** What is cheap to refuse is refused first: form, address, code, and then WeChat; identity, UserSig. */
export const loginApp =
  (deps: LoginDeps): App =>
  async (request) => {
    try {
      const code = codeIn(request)
      await admit(request, code, deps)
      const { userId } = await identify(code, deps)
      return answered(ticketFor(userId, deps))
    } catch (cause) {
      return refused(cause, deps.log)
    }
  }

/** Whoever runs into a limit costs one write, or two; WeChat is not asked. */
async function admit({ ip = '' }: PlainRequest, code: string, { attempts }: LoginDeps): Promise<void> {
  if (!(await attempts.count(ip))) throw new Fault('LOGIN_TOO_OFTEN', { because: 'address' })
  if (!(await attempts.take(code))) throw new Fault('LOGIN_REFUSED', { because: 'code-tried' })
}

async function identify(code: string, deps: LoginDeps): Promise<Identity> {
  const { identities, clock, log } = deps
  const begun = clock()
  const { openId, unionId } = await deps.session(code).catch(asLogin)
  const since = clock()
  const asked = { userId: deps.deriveUserId(openId), openId, since, ...(unionId === undefined ? {} : { unionId }) }
  const identity = await identities.join(asked)
  const outcome = identity.since === since ? 'new' : 'known'
  log.info('login.done', { outcome, person: pseudonym(openId), tookMs: clock() - begun })
  return identity
}

function ticketFor(userId: UserId, { signUserSig, sdkAppId, clock }: LoginDeps) {
  const now = toSeconds(clock())
  const expiresAt = seconds(now + USER_SIG_LIFE)
  return { userId, userSig: signUserSig(userId, now), sdkAppId: Number(sdkAppId), expiresAt }
}
