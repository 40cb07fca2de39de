import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { OpenId, TemplateId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { memoryTokens } from '../../../shared/store/memory-token.ts'
import { type WeChatApi, weChatApi } from '../../../shared/wechat/api.ts'
import { type CodeToSession, codeToSession } from '../../../shared/wechat/session.ts'
import { stableToken } from '../../../shared/wechat/stable-token.ts'
import { accessTokens } from '../../../shared/wechat/token.ts'
import { APP_ID, aClock, OPEN_ID } from '../../support/build.ts'
import { aLog } from '../../support/lines.ts'
import { aWeixinStub } from '../../support/weixin-stub.ts'

const PRIVATE = {
  'the AppSecret': '0123456789abcdef0123456789abcdef',
  'the access_token': '88_access-token-of-tests',
  'a session_key': 'tiihtNczf5v6AKRyjwEUhQ',
  'an openid': OPEN_ID,
  'what is written': '13800138000',
  'a login code': '0a1bCodeOfLogin',
}
const WORDS = Object.values(PRIVATE)

/** An answer that quotes everything it could have been told. */
const QUOTING = WORDS.join(' ')
const refused = (errcode: number) => ({
  body: { errcode, errmsg: `invalid ip ${QUOTING} data.${QUOTING}`, openid: OPEN_ID },
})
const ANSWERS = {
  'refuses the address': () => refused(40164),
  'refuses the person': () => refused(43101),
  'refuses the token': () => refused(40001),
  'does not know itself': () => refused(99999),
  'answers a page': () => ({ status: 404, body: `<html>${QUOTING}</html>`, headers: { 'content-type': QUOTING } }),
  'answers an error page': () => ({ status: 502, body: QUOTING }),
  'sends elsewhere': () => ({ status: 302, headers: { location: `https://${OPEN_ID}.example.org/` }, body: '' }),
  'cuts the connection': () => 'cut' as const,
  'does not answer': () => undefined,
  'leaves out what is needed': () => ({ body: { session_key: PRIVATE['a session_key'] } }),
}

const CALLS: Readonly<Record<string, (api: WeChatApi, session: CodeToSession) => Promise<unknown>>> = {
  text: (api) => api.sendCustomerMessage(OPEN_ID as OpenId, { kind: 'text', content: PRIVATE['what is written'] }),
  typing: (api) => api.typing(OPEN_ID as OpenId, true),
  subscribe: (api) =>
    api.sendSubscribeMessage(OPEN_ID as OpenId, {
      templateId: 'TMPL_A' as TemplateId,
      data: { thing1: PRIVATE['what is written'] },
    }),
  upload: (api) =>
    api.uploadImage({ bytes: Buffer.from(PRIVATE['what is written']), contentType: 'image/png', fileName: 'a.png' }),
  login: (_, session) => session(PRIVATE['a login code']),
  templates: (api) => api.templateList(),
}

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

/** `isTold`: the token is given; without it, the call for the token meets the answer. */
async function everythingSaid(answer: () => ReturnType<Parameters<typeof aWeixinStub>[0]>, isTold: boolean) {
  const token = { body: { access_token: PRIVATE['the access_token'], expires_in: 7200 } }
  const weixin = await aWeixinStub(({ name }) => (isTold && name.endsWith('stable_token') ? token : answer()))
  started.push(weixin.close)
  const { log, lines } = aLog()
  const clock = aClock()
  const appSecret = new Secret(PRIVATE['the AppSecret'])
  const world = { fetch, base: weixin.url, clock, log, deadlines: { call: millis(20), upload: millis(20) } }
  const store = memoryTokens(clock)
  const sleep = () => Promise.reject(new Error('slept'))
  const tokens = accessTokens({ ask: stableToken(world, APP_ID, appSecret), store, clock, sleep, log })
  const api = weChatApi({ ...world, tokens })
  const session = codeToSession(world, APP_ID, appSecret)
  const thrown: string[] = []
  for (const call of Object.values(CALLS)) {
    await call(api, session).catch((failure: Error) => thrown.push(inspect(failure, { depth: 9 }), `${failure.stack}`))
  }
  const record = await store.read()
  return {
    thrown,
    said: [...lines, ...thrown, inspect([record, tokens, api, session], { depth: 9 }), JSON.stringify(record)].join(
      '\n',
    ),
  }
}

describe('nothing private is logged or thrown', () => {
  for (const [what, answer] of Object.entries(ANSWERS)) {
    for (const isTold of [true, false]) {
      it(`when WeChat ${what}${isTold ? '' : ', asked for a token'}`, async () => {
        const { thrown, said } = await everythingSaid(answer, isTold)
        expect(thrown.length).toBeGreaterThan(0)
        expect(said).toMatch(/WECHAT_(REFUSED|UNREACHABLE|UNREADABLE)/)
        for (const [name, word] of Object.entries(PRIVATE)) expect(said.includes(word), name).toBe(false)
        expect(said).not.toMatch(/access_token=|secret=|\?/)
      })
    }
  }
})
