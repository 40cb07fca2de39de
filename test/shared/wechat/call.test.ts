import { afterEach, describe, expect, it } from 'vitest'
import type { OpenId, TemplateId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { type WeChatApi, weChatApi } from '../../../shared/wechat/api.ts'
import { aClock, OPEN_ID } from '../../support/build.ts'
import { aLog } from '../../support/lines.ts'
import { aWeixinStub } from '../../support/weixin-stub.ts'

const TO = OPEN_ID as OpenId
const MESSAGE = { templateId: 'TMPL_A' as TemplateId, data: {} }
/** The calls whose answer has nothing of its own. */
const QUIET: readonly [string, (api: WeChatApi) => Promise<unknown>][] = [
  ['sendCustomerMessage', (api) => api.sendCustomerMessage(TO, { kind: 'text', content: '好' })],
  ['typing', (api) => api.typing(TO, true)],
  ['sendSubscribeMessage', (api) => api.sendSubscribeMessage(TO, MESSAGE)],
]

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

/** Where something between WeChat and us answers everything with the same words. */
async function anApi(answer: { readonly status: number; readonly body: string }) {
  const weixin = await aWeixinStub(() => answer)
  started.push(weixin.close)
  const { log, lines } = aLog()
  const token = async () => new Secret('T')
  const given = { tokens: { get: token, renew: token } }
  return { api: weChatApi({ fetch, base: weixin.url, clock: aClock(), log, ...given }), lines }
}

describe('a call', () => {
  for (const [name, act] of QUIET) {
    it.each([
      [403, '{"message":"Forbidden"}'],
      [404, '{"errcode":0,"errmsg":"ok"}'],
      [401, '{}'],
      [302, '{}'],
      [201, '{"errcode":0}'],
      [200, '{}'],
      [200, '{"code":500,"msg":"internal error"}'],
    ])(`fails as unreadable when somebody on the way answers ${name} %i %s`, async (status, body) => {
      const { api, lines } = await anApi({ status, body })
      await expect(act(api)).rejects.toThrow(new RegExp(`^WECHAT_UNREADABLE call=POST \\S+ status=${status} `))
      expect(lines.join()).toContain('"event":"wechat.unreadable"')
    })
  }

  it.each([
    ['templateList', (api: WeChatApi) => api.templateList(), 'data'],
    ['callbackCheck', (api: WeChatApi) => api.callbackCheck(), 'dns'],
  ])('fails as unreadable when %s is answered without what was asked for', async (_, act, missing) => {
    const { api } = await anApi({ status: 200, body: '{}' })
    await expect(act(api)).rejects.toThrow(`status=200 missing=${missing}: `)
  })

  it('logs the number of an errcode that nobody knows, and that nobody does: so the metrics tell it apart', async () => {
    const { api, lines } = await anApi({ status: 200, body: '{"errcode":87014}' })
    await expect(api.typing(TO, true)).rejects.toThrow('errcode=87014 meaning=unknown')
    expect(lines.join()).toContain('"errcode":87014,"meaning":"unknown"')
  })

  it('fails as refused where WeChat refuses, whatever else is missing', async () => {
    const { api } = await anApi({ status: 200, body: '{"errcode":48001}' })
    await expect(api.templateList()).rejects.toThrow('WECHAT_REFUSED')
  })
})
