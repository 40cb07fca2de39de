import { LOCAL_KEY } from '../../dev/emulator/iam-authorizer.ts'
import { signRequest } from '../../dev/emulator/sign-request.ts'
import type { Local } from '../../dev/local.ts'
import { signCallback } from '../../shared/im/signature.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { millis, toSeconds } from '../../shared/kernel/time.ts'
import { withQuery } from './build.ts'
import { FIXTURES_NOW } from './im.ts'

/** A request of the fixtures as if IM sent it now: every time in it is moved, and it is signed anew. */
export function signedNow(fixture: { query: string; body: unknown }, now: number, token: string) {
  const requestTime = String(toSeconds(millis(now)))
  const shift = Number(requestTime) - FIXTURES_NOW
  const body = JSON.stringify(fixture.body).replace(/\b17000\d{5}(\d{3})?\b/g, (digits) =>
    String(Number(digits) + (digits.length > 10 ? shift * 1000 : shift)),
  )
  const sign = signCallback(new Secret(token), requestTime)
  return { query: withQuery(fixture.query, { RequestTime: requestTime, Sign: sign }), body }
}

/** Talks to a stack as IM, a mini program and a server of the same account do. */
export function talking(stack: () => Local) {
  async function ask(path: string, body: unknown, headers: Record<string, string> = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text }
    const response = await fetch(`${stack().url}${path}`, init)
    const said = await response.text()
    return { status: response.status, said, says: said === '' ? undefined : JSON.parse(said) }
  }

  return {
    ask,
    look: async (path: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
      JSON.parse(await (await fetch(`${stack().url}${path}`)).text()),
    callback: ({ query, body }: { query: string; body: string }) => ask(`/im?${query}`, body),
    /** Signed by the key that the local stack knows, or by another. */
    send: (body: unknown, key: { readonly accessKey: string; readonly secret: string } = LOCAL_KEY) => {
      const text = JSON.stringify(body)
      const url = `${stack().url}/send`
      const headers = { 'content-type': 'application/json' }
      return ask('/send', text, signRequest({ method: 'POST', url, headers, body: text }, stack().clock(), key))
    },
    /** Joined, and with so many permits for the template of notices. */
    aPerson: async (userId: string, openid: string, remaining = 1) => {
      const [template] = stack().wechat.templates()
      await ask('/_dev/identity', { userId, openid })
      await ask('/_dev/permit', { openid, template: template?.priTmplId, remaining })
    },
  }
}
