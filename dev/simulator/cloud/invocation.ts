/** What an invocation is told of its caller. */
export interface InvocationContext {
  /** Left out for what happens without a person: a timer, and pushes of which nobody knows. */
  readonly openId?: string
  readonly unionId?: string
  readonly appId?: string
  readonly env?: string
  /** What a cloud call proves itself with; made anew for each invocation. */
  readonly token?: string
  /** `wx_client`, `wx_devtools`, `wx_trigger` …; what a push carries is documented nowhere. */
  readonly source?: string
  readonly trigger?: 'tcb' | 'timer'
}

interface CloudAddress {
  readonly url: string
  readonly appId: string
  /** What tells one invocation from another. */
  readonly sequence: number
}

/**
 * What the platform puts into `process.env` for an invocation: who calls, and credentials, with the gateway's address in the one variable
 * that the SDK reads it from. `WX_CONTEXT_KEYS` and `TCB_CONTEXT_KEYS` list what the SDK is to see.
 */
export function invocationEnvironment(context: InvocationContext, at: CloudAddress): Record<string, string> {
  const { openId, unionId, appId = at.appId, env = 'local-env', source, trigger = 'tcb' } = context
  const caller = given({
    WX_CLIENTIP: '127.0.0.1',
    WX_APPID: appId,
    WX_OPENID: openId,
    WX_UNIONID: unionId,
    WX_API_TOKEN: context.token ?? `local-token-${at.sequence}`,
  })
  const platform = given({ TCB_ENV: env, TCB_SEQID: `local-${at.sequence}`, TRIGGER_SRC: trigger, TCB_SOURCE: source })
  return {
    TENCENTCLOUD_RUNENV: 'SCF',
    TENCENTCLOUD_REGION: 'ap-shanghai',
    SCF_NAMESPACE: env,
    TENCENTCLOUD_SECRETID: 'local-id',
    TENCENTCLOUD_SECRETKEY: 'local-key',
    TENCENTCLOUD_SESSIONTOKEN: 'local-session',
    WX_CONTEXT_KEYS: Object.keys(caller).join(','),
    TCB_CONTEXT_KEYS: Object.keys(platform).join(','),
    TCB_CONTEXT_CNFG: JSON.stringify({ URL: at.url }),
    ...caller,
    ...platform,
  }
}

function given(members: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
