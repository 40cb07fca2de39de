import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeServer, listen } from '../../../dev/emulator/server.ts'
import type { OpenId, TemplateId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { millis, seconds } from '../../../shared/kernel/time.ts'
import { dynamoTokens } from '../../../shared/store/dynamo-token.ts'
import { type WeChatApi, weChatApi } from '../../../shared/wechat/api.ts'
import { stableToken } from '../../../shared/wechat/stable-token.ts'
import { type AccessTokens, accessTokens } from '../../../shared/wechat/token.ts'
import { APP_ID, aClock, OPEN_ID } from '../../support/build.ts'
import { aLog } from '../../support/lines.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { aWeixinStub, textOf, type WeixinCall } from '../../support/weixin-stub.ts'

const TO = OPEN_ID as OpenId
const ACCESS_TOKEN = '88_access-token+of/tests=='
const APP_SECRET = '0123456789abcdef0123456789abcdef'
const SEND = 'POST /cgi-bin/message/custom/send'
const OK = { body: { errcode: 0, errmsg: 'ok' } }

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

/** One token for ever, and another once it is renewed. */
const TOKENS: AccessTokens = {
  get: async () => new Secret(ACCESS_TOKEN),
  renew: async () => new Secret('another'),
}

type Answer = Parameters<typeof aWeixinStub>[0]

function anApi(base: string, tokens: AccessTokens = TOKENS, deadline = 5000) {
  const { log, lines } = aLog()
  const deadlines = { call: millis(deadline), upload: millis(deadline) }
  const api = weChatApi({ fetch, base, clock: aClock(), log, deadlines, tokens })
  return { api, lines }
}

async function aStartedApi(answer: Answer, tokens?: AccessTokens, deadline?: number) {
  const weixin = await aWeixinStub(answer)
  started.push(weixin.close)
  return { weixin, ...anApi(weixin.url, tokens, deadline) }
}

describe('weChatApi', () => {
  describe('says what WeChat documents', () => {
    const text = { kind: 'text', content: '已收到“你好”\n<a href="https://example.org">👋🏽</a>' } as const
    const calls: readonly [string, (api: WeChatApi) => Promise<unknown>, string, object][] = [
      [
        'a text',
        (api) => api.sendCustomerMessage(TO, text),
        SEND,
        { msgtype: 'text', text: { content: text.content } },
      ],
      [
        'an image',
        (api) => api.sendCustomerMessage(TO, { kind: 'image', mediaId: 'M1' }),
        SEND,
        { msgtype: 'image', image: { media_id: 'M1' } },
      ],
      [
        'a link',
        (api) =>
          api.sendCustomerMessage(TO, { kind: 'link', title: 'a', description: 'b', url: 'https://c', thumbUrl: 'd' }),
        SEND,
        { msgtype: 'link', link: { title: 'a', description: 'b', url: 'https://c', thumb_url: 'd' } },
      ],
      [
        'a card',
        (api) =>
          api.sendCustomerMessage(TO, { kind: 'miniprogrampage', title: 'a', pagePath: 'p?x=1', thumbMediaId: 'M' }),
        SEND,
        { msgtype: 'miniprogrampage', miniprogrampage: { title: 'a', pagepath: 'p?x=1', thumb_media_id: 'M' } },
      ],
      ['typing', (api) => api.typing(TO, true), 'POST /cgi-bin/message/custom/typing', { command: 'Typing' }],
      ['its end', (api) => api.typing(TO, false), 'POST /cgi-bin/message/custom/typing', { command: 'CancelTyping' }],
      [
        'a subscribe message',
        (api) =>
          api.sendSubscribeMessage(TO, {
            templateId: 'TMPL_A' as TemplateId,
            data: { thing1: '订单' },
            page: 'p?id=1',
          }),
        'POST /cgi-bin/message/subscribe/send',
        {
          template_id: 'TMPL_A',
          page: 'p?id=1',
          miniprogram_state: 'formal',
          lang: 'zh_CN',
          data: { thing1: { value: '订单' } },
        },
      ],
    ]
    for (const [what, act, name, body] of calls) {
      it(`for ${what}`, async () => {
        const { weixin, api } = await aStartedApi(() => OK)
        await act(api)
        const [call] = weixin.calls
        expect(call?.name).toBe(name)
        expect(Object.fromEntries(call?.query ?? [])).toEqual({ access_token: ACCESS_TOKEN })
        expect(call?.headers['content-type']).toBe('application/json')
        expect(JSON.parse(textOf(call as WeixinCall))).toEqual({ touser: OPEN_ID, ...body })
      })
    }

    it('for a picture: one part named media, with its length known beforehand', async () => {
      const { weixin, api } = await aStartedApi(() => ({
        body: { type: 'image', media_id: 'M1', created_at: 1760000000 },
      }))
      const bytes = Buffer.from([0x89, 0x50, 0, 0xff])
      expect(await api.uploadImage({ bytes, contentType: 'image/png', fileName: 'picture.png' })).toBe('M1')
      const [call] = weixin.calls
      expect(call?.name).toBe('POST /cgi-bin/media/upload')
      expect(Object.fromEntries(call?.query ?? [])).toEqual({ access_token: ACCESS_TOKEN, type: 'image' })
      expect(call?.headers['content-length']).toBe(String(call?.body.length))
      const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(call?.headers['content-type'] ?? '') ?? []
      expect(call?.body.replace(/\r\n$/, '')).toBe(
        `--${boundary}\r\nContent-Disposition: form-data; name="media"; filename="picture.png"\r\n` +
          `Content-Type: image/png\r\n\r\n${bytes.toString('latin1')}\r\n--${boundary}--`,
      )
    })
  })

  it('writes characters as they are, and no half of one', async () => {
    const { weixin, api } = await aStartedApi(() => OK)
    await api.sendCustomerMessage(TO, { kind: 'text', content: '你好👋\ud83d!\\ud83d' })
    expect(textOf(weixin.calls[0] as WeixinCall)).toContain('"你好👋\ufffd!\\\\ud83d"')
  })

  it('keeps every digit of a msgid, and does without one', async () => {
    const answers = ['{"errcode":0,"errmsg":"ok","msgid":1864323726461255681}', '{"errcode":0,"errmsg":"ok"}']
    const { api } = await aStartedApi(() => ({ body: answers.shift() ?? '' }))
    const message = { templateId: 'TMPL_A' as TemplateId, data: {} }
    expect(await api.sendSubscribeMessage(TO, message)).toBe('1864323726461255681')
    expect(await api.sendSubscribeMessage(TO, message)).toBeUndefined()
  })

  it('lists templates, however many', async () => {
    const enums = [{ keywordCode: 'enum1.DATA', enumValueList: ['晴', '雨'] }]
    const template = { priTmplId: 'TMPL_A', title: '发货', content: '{{thing1.DATA}}', example: '例', type: 2 }
    const data = [{ ...template, keywordEnumValueList: enums }, ...Array(3000).fill({ ...template, type: 3 })]
    const { api } = await aStartedApi(() => ({ body: { errcode: 0, errmsg: 'ok', data } }))
    const templates = await api.templateList()
    expect(templates).toHaveLength(3001)
    const { priTmplId, ...rest } = template
    expect(templates[0]).toEqual({ ...rest, templateId: priTmplId, type: 'once', enums: { enum1: ['晴', '雨'] } })
    expect(templates[1]).toEqual({ ...rest, templateId: priTmplId, type: 'long-term', enums: {} })
  })

  it('has WeChat check the URL for pushes', async () => {
    const dns = [{ ip: '203.0.113.7', real_operator: 'UNICOM' }]
    const ping = [{ ip: '203.0.113.7', from_operator: 'UNICOM', package_loss: '0%', time: '23.079ms' }]
    const { weixin, api } = await aStartedApi(() => ({ body: { dns, ping } }))
    expect(await api.callbackCheck()).toEqual({
      dns: [{ ip: '203.0.113.7', operator: 'UNICOM' }],
      pings: [{ ip: '203.0.113.7', operator: 'UNICOM', lost: '0%', time: '23.079ms' }],
    })
    expect(JSON.parse(weixin.calls[0]?.body ?? '')).toEqual({ action: 'all', check_operator: 'DEFAULT' })
  })

  it('keeps its connections for the next calls', async () => {
    const { weixin, api } = await aStartedApi(() => OK)
    for (let count = 0; count < 20; count += 1) await api.typing(TO, true)
    expect(new Set(weixin.calls.map(({ port }) => port)).size).toBeLessThan(5)
  })

  describe('fails', () => {
    const typing = ({ api }: { api: WeChatApi }) => api.typing(TO, true)
    const CALL = 'call=POST /cgi-bin/message/custom/typing'

    it('as refused, with the meaning of the errcode', async () => {
      const api = await aStartedApi(() => ({ body: { errcode: 45080, errmsg: `no ${OPEN_ID}` } }))
      await expect(typing(api)).rejects.toThrow(`WECHAT_REFUSED ${CALL} errcode=45080 meaning=nobody-there: No word of`)
      expect(api.lines.map((line) => JSON.parse(line))).toMatchObject([
        { level: 'warn', event: 'wechat.refused', errcode: 45080, meaning: 'nobody-there' },
      ])
    })

    for (const status of [500, 502, 504, 429]) {
      it(`as unreachable on status ${status}, whatever the body`, async () => {
        const api = await aStartedApi(() => ({ status, ...OK }))
        await expect(typing(api)).rejects.toThrow(`WECHAT_UNREACHABLE ${CALL} because=status ${status} afterMs=0`)
        expect(api.lines.join()).toContain('wechat.unreachable')
      })
    }

    it('as unreachable when no answer comes before the deadline', async () => {
      const api = await aStartedApi(() => undefined, TOKENS, 30)
      await expect(typing(api)).rejects.toThrow(`WECHAT_UNREACHABLE ${CALL} because=timeout afterMs=`)
    })

    it('as unreachable when the answer begins and does not end before the deadline', async () => {
      const server = createServer((_, response) => void response.writeHead(200).write('{'))
      started.push(() => closeServer(server))
      await expect(typing(anApi(await listen(server), TOKENS, 30))).rejects.toThrow('because=timeout')
    })

    it('as unreachable when the connection is cut, and when nobody listens', async () => {
      await expect(typing(await aStartedApi(() => 'cut'))).rejects.toThrow(
        `WECHAT_UNREACHABLE ${CALL} because=UND_ERR_SOCKET`,
      )
      const server = createServer()
      const base = await listen(server)
      await closeServer(server)
      await expect(typing(anApi(base))).rejects.toThrow(`WECHAT_UNREACHABLE ${CALL} because=ECONNREFUSED`)
    })

    for (const body of [
      '',
      'ok',
      '<html></html>',
      '<xml><errcode>0</errcode></xml>',
      '[]',
      '"a"',
      '{"errcode":{}}',
      '\ufffd',
    ]) {
      it(`as unreadable on ${JSON.stringify(body)}`, async () => {
        const api = await aStartedApi(() => ({ body }))
        await expect(typing(api)).rejects.toThrow(
          `WECHAT_UNREADABLE ${CALL} status=200 bytes=${Buffer.byteLength(body)}`,
        )
      })
    }

    it('as unreadable on a redirect, which it does not follow', async () => {
      const api = await aStartedApi(() => ({ status: 302, headers: { location: '/elsewhere' }, body: '' }))
      await expect(typing(api)).rejects.toThrow(`WECHAT_UNREADABLE ${CALL} status=302`)
      expect(api.weixin.calls).toHaveLength(1)
    })

    it('as unreadable when what is needed is missing', async () => {
      const { api } = await aStartedApi(() => OK)
      const file = { bytes: Buffer.from('x'), contentType: 'image/png', fileName: 'x.png' }
      await expect(api.uploadImage(file)).rejects.toThrow('WECHAT_UNREADABLE call=POST /cgi-bin/media/upload missing=')
    })
  })

  describe('when WeChat refuses the token', () => {
    for (const errcode of [40001, 40014, 42001]) {
      it(`calls once more with another one, ${errcode}`, async () => {
        const { weixin, api } = await aStartedApi(({ query }) =>
          query.get('access_token') === 'another' ? OK : { body: { errcode } },
        )
        await api.typing(TO, true)
        expect(weixin.calls.map(({ query }) => query.get('access_token'))).toEqual([ACCESS_TOKEN, 'another'])
      })
    }

    it('does not try a third time', async () => {
      const { weixin, api } = await aStartedApi(() => ({ body: { errcode: 40001 } }))
      await expect(api.typing(TO, true)).rejects.toThrow('errcode=40001 meaning=token-invalid')
      expect(weixin.calls).toHaveLength(2)
    })

    it('does not try again with the same token', async () => {
      const tokens = { ...TOKENS, renew: async (stale: Secret) => stale }
      const { weixin, api } = await aStartedApi(() => ({ body: { errcode: 40001 } }), tokens)
      await expect(api.typing(TO, true)).rejects.toThrow('errcode=40001 meaning=token-invalid')
      expect(weixin.calls).toHaveLength(1)
    })

    it('does not renew for any other errcode', async () => {
      const tokens = { ...TOKENS, renew: () => Promise.reject(new Error('renewed')) }
      const { api } = await aStartedApi(() => ({ body: { errcode: 45015 } }), tokens)
      await expect(api.typing(TO, true)).rejects.toThrow('errcode=45015')
    })
  })
})

describe('a burst of 500 messages from 5 instances', () => {
  let table: TestTable
  beforeAll(async () => {
    table = await startTable()
  })
  afterAll(() => table.close())

  it('whose token is revoked in the middle renews it once and sends every message once', async () => {
    let valid = 1
    let sent = 0
    const delivered: string[] = []
    const { weixin } = await aStartedApi((call) => {
      if (call.name === 'POST /cgi-bin/stable_token') return { body: { access_token: `T${valid}`, expires_in: 7200 } }
      if (++sent === 200) valid = 2
      if (call.query.get('access_token') !== `T${valid}`) return { body: { errcode: 40001, errmsg: 'not latest' } }
      delivered.push(JSON.parse(textOf(call)).text.content)
      return OK
    })
    const instances = Array.from({ length: 5 }, () => anInstance(weixin.url))
    const contents = Array.from({ length: 500 }, (_, index) => `message ${index}`)
    const sending = contents.map((content, index) =>
      instances[index % 5]?.sendCustomerMessage(TO, { kind: 'text', content }),
    )
    await Promise.all(sending)
    const tokenCalls = weixin.calls.filter(({ name }) => name === 'POST /cgi-bin/stable_token')
    expect(tokenCalls.map(({ body }) => JSON.parse(body).force_refresh)).toEqual([false, false])
    expect(delivered.toSorted()).toEqual(contents.toSorted())
    expect(weixin.calls.length).toBeGreaterThan(502)
  })

  function anInstance(base: string): WeChatApi {
    const [clock, { log }, appSecret] = [aClock(), aLog(), new Secret(APP_SECRET)]
    const world = { fetch, base, clock, log }
    const store = dynamoTokens(table.client(), table.tableName, APP_ID, clock)
    const sleep = () => new Promise<void>((resolve) => void setImmediate(resolve))
    const tokens = accessTokens({ ask: stableToken(world, APP_ID, appSecret), store, clock, sleep, log })
    return weChatApi({ ...world, tokens })
  }
})

describe('stableToken', () => {
  it('asks in normal mode and hides what it gets', async () => {
    const { weixin } = await aStartedApi(() => ({ body: { access_token: 'T1', expires_in: 7200 } }))
    const { log } = aLog()
    const ask = stableToken({ fetch, base: weixin.url, clock: aClock(), log }, APP_ID, new Secret(APP_SECRET))
    const { token, lifetime } = await ask()
    expect([token.reveal(), `${token}`, lifetime]).toEqual(['T1', '***', seconds(7200)])
    expect(JSON.parse(weixin.calls[0]?.body ?? '')).toEqual({
      grant_type: 'client_credential',
      appid: APP_ID,
      secret: APP_SECRET,
      force_refresh: false,
    })
  })

  for (const body of [
    {},
    { access_token: 'T1' },
    { access_token: '', expires_in: 7200 },
    { access_token: 'T1', expires_in: 0 },
  ]) {
    it(`cannot read ${JSON.stringify(body)}`, async () => {
      const { weixin } = await aStartedApi(() => ({ body }))
      const ask = stableToken({ fetch, base: weixin.url, clock: aClock(), log: aLog().log }, APP_ID, new Secret('s'))
      await expect(ask()).rejects.toThrow('WECHAT_UNREADABLE call=POST /cgi-bin/stable_token')
    })
  }
})
