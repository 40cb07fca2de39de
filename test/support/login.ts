import { type LoginDeps, loginApp, USER_SIG_LIFE } from '../../functions/login/app.ts'
import type { PlainResponse } from '../../shared/http/plain.ts'
import { deriveUserId } from '../../shared/im/user-id.ts'
import { signUserSig } from '../../shared/im/user-sig.ts'
import type { SdkAppId } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { memoryAttempts } from '../../shared/store/memory-attempts.ts'
import { memoryIdentities } from '../../shared/store/memory-identity.ts'
import { APP_ID, aClock } from './build.ts'

export const SDK_APP_ID = '1400000001' as SdkAppId
export const SECRET_KEY = new Secret('5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e')
export const ADDRESS = '203.0.113.7'

export interface Login {
  readonly clock: ReturnType<typeof aClock>
  /** What the log says, as text: nothing private is in it. */
  readonly lines: readonly string[]
  readonly logged: () => readonly Readonly<Record<string, unknown>>[]
  login(code: unknown, ip?: string): Promise<Answer>
  send(request: { readonly method?: string; readonly body?: string | Uint8Array }): Promise<PlainResponse>
}

interface Answer {
  readonly status: number
  readonly says: Readonly<Record<string, unknown>>
}

type Changes = Pick<LoginDeps, 'session'> & Partial<LoginDeps>

/** The function with its world in memory, a clock that stands still, and its log lines caught. */
export function aLogin(changes: Changes, clock = aClock()): Login {
  const lines: string[] = []
  const app = loginApp({
    attempts: memoryAttempts(clock),
    identities: memoryIdentities(),
    deriveUserId: (openId) => deriveUserId(SECRET_KEY, APP_ID, openId),
    signUserSig: (userId, now) =>
      signUserSig({ sdkAppId: SDK_APP_ID, secretKey: SECRET_KEY, userId, now, expire: USER_SIG_LIFE }),
    sdkAppId: SDK_APP_ID,
    clock,
    log: jsonLog({ threshold: 'debug', clock, write: (line) => void lines.push(line) }),
    ...changes,
  })
  const send: Login['send'] = ({ method = 'POST', body = '' }) =>
    app({ method, path: '/login', query: '', ip: ADDRESS, body: Buffer.from(body) })
  const login: Login['login'] = async (code, ip = ADDRESS) => {
    const body = Buffer.from(JSON.stringify({ code }))
    const answer = await app({ method: 'POST', path: '/login', query: '', ip, body })
    return { status: answer.status, says: JSON.parse(answer.body) }
  }
  return { clock, lines, logged: () => lines.map((line) => JSON.parse(line)), login, send }
}
