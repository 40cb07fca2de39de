import { describe, expect, it } from 'vitest'
import { type Delivery, deliver, verification } from '../../../dev/simulator/delivery.ts'
import { pushApp } from '../../../functions/push/app.ts'
import type { PlainRequest } from '../../../shared/http/plain.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { hours, seconds } from '../../../shared/kernel/time.ts'
import type { Inbox } from '../../../shared/store/inbox.ts'
import { memoryInbox } from '../../../shared/store/memory-inbox.ts'
import { decodeAesKey, openAnswer } from '../../../shared/wechat/envelope.ts'
import type { Trust } from '../../../shared/wechat/receive.ts'
import { signatureOf } from '../../../shared/wechat/signature.ts'
import { readWire, writeWire } from '../../../shared/wechat/wire.ts'
import {
  AES_KEY,
  APP_ID,
  aClock,
  aDelivery,
  anAccount,
  anEventPush,
  aTextPush,
  aTrust,
  NOW,
  OPEN_ID,
  ORIGINAL_ID,
  oneLetterOff,
  TOKEN,
  withQuery,
} from '../../support/build.ts'

const MODES = ['plaintext', 'compatible', 'safe'] as const

/** The app with an inbox in memory, a clock that stands still, and its log lines caught. */
function anApp({ inbox, ...changes }: Partial<Trust & { inbox: Inbox }> = {}) {
  const clock = aClock()
  const lines: string[] = []
  const trust = aTrust(changes)
  const app = pushApp({
    trust,
    inbox: inbox ?? memoryInbox(clock, trust.maxAge),
    clock,
    log: jsonLog({ threshold: 'debug', clock, write: (line) => lines.push(line) }),
  })
  const send = (request: Partial<Omit<PlainRequest, 'body'>> & { readonly body?: string | Uint8Array }) =>
    app({ method: 'POST', path: '/push', query: '', ...request, body: Buffer.from(request.body ?? '') })
  const logged = (): readonly Readonly<Record<string, unknown>>[] => lines.map((line) => JSON.parse(line))
  return { clock, send, logged, lines }
}

const SUCCESS = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'success' }

describe('GET /push', () => {
  const { query, echostr } = verification(anAccount(), NOW)

  it('echoes to WeChat as plain text', async () => {
    const { send, logged } = anApp()
    expect(await send({ method: 'GET', query })).toEqual({ ...SUCCESS, body: echostr })
    expect(logged()).toMatchObject([{ level: 'info', event: 'push.verified' }])
  })

  it('answers 401 with nothing in it to anybody else', async () => {
    const { send, logged } = anApp({ tokens: [new Secret(oneLetterOff(TOKEN))] })
    expect(await send({ method: 'GET', query })).toEqual({ status: 401, body: '' })
    expect(logged()).toMatchObject([{ level: 'warn', event: 'push.refused', reason: 'SIGNATURE_MISMATCH' }])
  })
})

describe('POST /push', () => {
  for (const mode of MODES) {
    for (const format of ['json', 'xml'] as const) {
      it(`accepts a push once and answers success, ${mode}, ${format}`, async () => {
        const { send, logged } = anApp({ mode })
        expect(await send(aDelivery(aTextPush(), { mode, format }))).toEqual(SUCCESS)
        const facts = {
          event: 'push.accepted',
          outcome: 'new',
          kind: 'text',
          format,
          sealed: mode !== 'plaintext',
          lagMs: 0,
        }
        expect(logged()).toMatchObject([facts])
      })

      it(`answers three deliveries of a push alike and accepts one, ${mode}, ${format}`, async () => {
        const { send, logged, clock } = anApp({ mode })
        const tries = [0, 5, 10].map((late) => aDelivery(aTextPush(), { mode, format, now: seconds(NOW + late) }))
        clock.advance(seconds(10))
        const answers = await Promise.all(tries.map(send))
        expect(answers).toEqual([SUCCESS, SUCCESS, SUCCESS])
        expect(logged().map(({ outcome }) => outcome)).toEqual(['new', 'seen', 'seen'])
        expect(logged().map(({ lagMs }) => lagMs)).toEqual([10_000, 5_000, 0])
      })
    }
  }

  it('accepts an event, and a push it has no row for', async () => {
    const { send, logged } = anApp()
    await send(aDelivery(anEventPush()))
    await send(aDelivery(anEventPush({ Event: 'brand_new_event' })))
    await send(aDelivery({}))
    expect(logged().map(({ kind }) => kind)).toEqual(['user_enter_tempsession', 'unknown', 'unknown'])
    expect(logged()[2]).toMatchObject({ outcome: 'new', person: '-' })
  })

  it('hands a user who asks for it to a human agent, in clear to a push in clear', async () => {
    const { send } = anApp({ mode: 'plaintext' })
    const { body, ...head } = await send(aDelivery(aTextPush({ Content: ' 人工 ' }), { mode: 'plaintext' }))
    expect(head).toEqual({ status: 200, contentType: 'application/json; charset=utf-8' })
    expect(JSON.parse(body)).toMatchObject({ ToUserName: OPEN_ID, MsgType: 'transfer_customer_service' })
  })

  it('seals that answer when the push was sealed, with the token and the key that opened it', async () => {
    const token = new Secret(oneLetterOff(TOKEN))
    const key = decodeAesKey(AES_KEY.replace('0123', '3210'))
    const { send } = anApp({ tokens: [new Secret(TOKEN), token], keys: [decodeAesKey(AES_KEY), key] })
    const text = writeWire('xml', aTextPush({ Content: '人工' }))
    const { status, body } = await send(deliver(anAccount({ token, key }), text, { mode: 'safe', now: NOW }))
    expect(status).toBe(200)
    const { Encrypt = '', MsgSignature, TimeStamp, Nonce } = readWire(body).fields as Readonly<Record<string, string>>
    expect(MsgSignature).toBe(signatureOf(token, { timestamp: TimeStamp ?? '', nonce: Nonce ?? '', encrypt: Encrypt }))
    const opened = Buffer.from(openAnswer(Encrypt, key, APP_ID)).toString('utf8')
    expect(readWire(opened).fields).toMatchObject({ FromUserName: ORIGINAL_ID, MsgType: 'transfer_customer_service' })
  })

  for (const body of ['{"action":"CheckContainerPath"}', '<xml><action>CheckContainerPath</action></xml>']) {
    it(`answers the check of Cloud Run, which is not signed and leaves nothing behind: ${body}`, async () => {
      const { send, lines } = anApp()
      expect(await send({ body })).toEqual(SUCCESS)
      expect(lines).toEqual([])
    })
  }

  it('tells how long the answer took and how long ago the push was signed', async () => {
    const clock = aClock(seconds(NOW + 3))
    const lines: string[] = []
    const app = pushApp({
      trust: aTrust(),
      inbox: {
        accept: async () => {
          clock.advance(seconds(2))
          return 'new'
        },
      },
      clock,
      log: jsonLog({ threshold: 'info', clock, write: (line) => lines.push(line) }),
    })
    const { query, body } = aDelivery()
    await app({ method: 'POST', path: '/push', query, body: Buffer.from(body) })
    expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'push.accepted', tookMs: 2000, lagMs: 5000 })
  })

  it('accepts a body of exactly 256 KiB and refuses one byte more', async () => {
    const { send, logged } = anApp({ mode: 'plaintext' })
    const { query, body } = aDelivery(aTextPush(), { mode: 'plaintext' })
    expect(await send({ query, body: body.padEnd(262_144 - Buffer.byteLength(body) + body.length) })).toEqual(SUCCESS)
    expect(await send({ query, body: body.padEnd(262_145 - Buffer.byteLength(body) + body.length) })).toEqual({
      status: 413,
      body: '',
    })
    expect(logged()[1]).toMatchObject({ event: 'push.refused', reason: 'BODY_TOO_LARGE', bytes: 262_145 })
  })
})

describe('a replay', () => {
  it('is never accepted again: it is seen until it is refused for its age', async () => {
    const { send, logged, clock } = anApp()
    const early = aDelivery(aTextPush(), { now: seconds(NOW + 3600) })
    for (let hour = 0; hour <= 200; hour += 1) {
      await send(early)
      clock.advance(hours(1))
    }
    const outcomes = logged().map(({ outcome, reason }) => outcome ?? reason)
    expect(outcomes.slice(0, 74)).toEqual(['new', ...Array(73).fill('seen')])
    expect(new Set(outcomes.slice(74))).toEqual(new Set(['PUSH_TOO_OLD']))
  })

  it('of the last retry is none either', async () => {
    const { send, logged, clock } = anApp()
    await send(aDelivery())
    clock.advance(hours(18))
    const retry = aDelivery(aTextPush(), { now: seconds(NOW + 18 * 3600) })
    for (let hour = 18; hour <= 18 + 72; hour += 1) {
      await send(retry)
      clock.advance(hours(1))
    }
    await send(retry)
    const outcomes = logged().map(({ outcome, reason }) => outcome ?? reason)
    expect(outcomes).toEqual(['new', ...Array(73).fill('seen'), 'PUSH_TOO_OLD'])
  })
})

describe('a refusal', () => {
  const safe = aDelivery()
  const plain = aDelivery(aTextPush(), { mode: 'plaintext' })
  const key = decodeAesKey(AES_KEY.replace('0123', '0124'))
  const wrong = (name: string, value: string | undefined): Delivery => ({
    ...safe,
    query: withQuery(safe.query, { [name]: value }),
  })

  const refusals: readonly (readonly [string, Delivery, Partial<Trust>, Readonly<Record<string, unknown>>])[] = [
    ['a repeated parameter', { ...safe, query: `${safe.query}&nonce=1` }, {}, { reason: 'QUERY_REPEATED' }],
    ['no timestamp', wrong('timestamp', undefined), {}, { reason: 'QUERY_INCOMPLETE', parameter: 'timestamp' }],
    ['a forged nonce', wrong('nonce', '1'), {}, { reason: 'SIGNATURE_MISMATCH', parameter: 'msg_signature' }],
    ['another key', aDelivery(aTextPush(), { account: anAccount({ key }) }), {}, { reason: 'ENVELOPE_REJECTED' }],
    ['no seal', plain, {}, { reason: 'PUSH_UNSEALED' }],
    ['an unexpected seal', safe, { mode: 'plaintext' }, { reason: 'PUSH_SEALED' }],
    ['its age', aDelivery(aTextPush(), { now: seconds(NOW - 73 * 3600) }), {}, { reason: 'PUSH_TOO_OLD', hours: 73 }],
    ['its future', aDelivery(aTextPush(), { now: seconds(NOW + 7200) }), {}, { reason: 'PUSH_FROM_FUTURE', hours: 2 }],
    ['a body that is none', { ...safe, body: 'hello' }, {}, { reason: 'BODY_UNREADABLE', because: 'format' }],
    ['an empty body', { ...safe, body: '' }, {}, { reason: 'BODY_UNREADABLE', because: 'format' }],
  ]
  for (const [why, request, changes, facts] of refusals) {
    it(`for ${why} is 401 with an empty body, its reason in the log alone`, async () => {
      const { send, logged } = anApp(changes)
      expect(await send(request)).toEqual({ status: 401, body: '' })
      expect(logged()).toMatchObject([{ level: 'warn', event: 'push.refused', ...facts }])
    })
  }

  it('leaves nothing in the inbox: what was refused can come again and be new', async () => {
    const { send, logged } = anApp()
    await send(wrong('nonce', '1'))
    await send(safe)
    expect(logged()[1]).toMatchObject({ outcome: 'new' })
  })

  for (const method of ['PUT', 'HEAD', 'get', '']) {
    it(`of the method ${method === '' ? 'that is missing' : method} is 400`, async () => {
      const { send, logged } = anApp()
      expect(await send({ ...safe, method })).toEqual({ status: 400, body: '' })
      expect(logged()).toMatchObject([{ reason: 'METHOD_UNKNOWN' }])
    })
  }
})

describe('a table that cannot be written', () => {
  const failing = (cause: Error): Inbox => ({
    accept: async () => {
      throw cause
    },
  })

  it('is 500, so that WeChat tries again, and an error in the log', async () => {
    const { send, logged } = anApp({ inbox: failing(new Fault('TABLE_UNAVAILABLE', { because: 'TimeoutError' })) })
    expect(await send(aDelivery())).toEqual({ status: 500, body: '' })
    expect(logged()).toMatchObject([
      { level: 'error', event: 'push.failed', reason: 'TABLE_UNAVAILABLE', because: 'TimeoutError' },
    ])
  })

  it('is no reason to swallow a bug: what is no Fault goes through to the host', async () => {
    const { send } = anApp({ inbox: failing(new TypeError('a bug')) })
    await expect(send(aDelivery())).rejects.toThrow('a bug')
  })
})

describe('the log', () => {
  it('holds no secret, no openid and no word of a user, whatever happens', async () => {
    const content = '我的电话13800138000'
    const written: string[] = []
    for (const mode of MODES) {
      for (const draft of [aTextPush({ Content: content }), anEventPush({ SessionFrom: content, Event: content })]) {
        const { send, lines } = anApp({ mode })
        const sent = aDelivery(draft, { mode })
        await send(sent)
        await send(sent)
        await send({ ...sent, query: withQuery(sent.query, { nonce: OPEN_ID }) })
        await send({ ...sent, query: `${sent.query}&${TOKEN}=${content}&${TOKEN}=1` })
        await send({ ...sent, body: `${sent.body}${content}` })
        await send({ ...sent, body: content })
        await send({ ...sent, body: `<xml><a>&${TOKEN};</a></xml>` })
        await send({ ...sent, method: content })
        written.push(...lines)
      }
    }
    expect(written).toHaveLength(MODES.length * 2 * 8)
    const secrets = [TOKEN, AES_KEY, OPEN_ID, content, '13800138000', ORIGINAL_ID]
    for (const secret of secrets) expect(written.join('')).not.toContain(secret)
  })
})
