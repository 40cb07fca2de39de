import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { closeServer, listen, readBody } from '../../../dev/emulator/server.ts'
import { type SendOptions, wechatSender } from '../../../dev/simulator/sender.ts'
import { SAMPLE_NAMES, writeSample } from '../../../dev/simulator/writer.ts'
import { pushApp } from '../../../functions/push/app.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import { PUSH_MODES } from '../../../shared/kernel/push-mode.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { hours, seconds, systemClock } from '../../../shared/kernel/time.ts'
import { memoryInbox } from '../../../shared/store/memory-inbox.ts'
import { type Push, receivePush, verifyUrl } from '../../../shared/wechat/receive.ts'
import { FORMATS, writeWire } from '../../../shared/wechat/wire.ts'
import {
  APP_ID,
  aClock,
  anAccount,
  anEventPush,
  aTextPush,
  aTrust,
  NOW,
  oneLetterOff,
  TOKEN,
} from '../../support/build.ts'

interface Received {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly contentType: string | undefined
  readonly body: Buffer
}
type Answer = (response: ServerResponse, request: Received) => void

let server: Server
let url: string
let received: Received[] = []
/** What the n-th request gets; the last answer stands for all that follow. */
let answers: readonly Answer[] = []

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await readBody(request)) ?? Buffer.alloc(0)
  const { pathname: path, search } = new URL(request.url ?? '', url)
  const { method = '' } = request
  const one = { method, path, query: search.slice(1), contentType: request.headers['content-type'], body }
  const answer = answers[received.length] ?? answers.at(-1)
  received.push(one)
  answer?.(response, one)
}

beforeAll(async () => {
  server = createServer((request, response) => void receive(request, response))
  url = `${await listen(server)}/push`
})

afterAll(() => closeServer(server))

beforeEach(() => {
  received = []
  answers = []
})

const says =
  (status: number, body = ''): Answer =>
  (response) =>
    void response.writeHead(status).end(body)
const success = says(200, 'success')
const hangsUp: Answer = (response) => void response.destroy()
const stops: Answer = (response) => void response.writeHead(200, { 'content-length': '7' }).write('suc')
const stopsAndHangsUp: Answer = (response) => {
  response.writeHead(200, { 'content-length': '7' }).write('suc', () => response.destroy())
}
const isSilent: Answer = () => undefined

const TEXT = writeWire('json', aTextPush())
const send = (options: Partial<SendOptions> = {}, text = TEXT, to = url) =>
  wechatSender(anAccount(), to).push(text, { mode: 'safe', clock: aClock(), ...options })

const opened = ({ query, body }: Received): Push => receivePush(query, body, aTrust(), NOW)

describe('a push', () => {
  test.each([
    ['json', 'application/json'],
    ['xml', 'text/xml'],
  ] as const)('in %s arrives as WeChat sends it', async (format, contentType) => {
    answers = [success]
    const text = writeWire(format, aTextPush())
    const tries = await send({}, text)
    expect(tries).toEqual([
      { status: 200, body: 'success', tookMs: expect.any(Number), verdict: { kind: 'delivered' } },
    ])
    expect(received).toMatchObject([{ method: 'POST', path: '/push', contentType }])
    expect(received.map(opened)).toMatchObject([{ text, format }])
  })

  test('is changed on its way by a forger', async () => {
    answers = [says(401)]
    await send({ tamper: ({ query, body }) => ({ query, body: oneLetterOff(body) }) })
    expect(received.map(({ body }) => body.toString().at(-1))).toEqual(['0'])
  })

  test('keeps the query that the URL has', async () => {
    answers = [success]
    await send({}, TEXT, `${url}?stage=dev`)
    expect(received[0]?.query).toMatch(/^stage=dev&signature=[0-9a-f]{40}&timestamp=/)
  })
})

describe('WeChat tries', () => {
  const unanswered = (because: string) => expect.objectContaining({ verdict: { kind: 'unanswered', because } })

  test.each([500, 502, 503])('three times when it gets %d', async (status) => {
    answers = [says(status, 'success')]
    const three = Array.from({ length: 3 }, () => unanswered(`HTTP ${status}`))
    expect(await send()).toEqual(three)
    expect(received).toHaveLength(3)
  })

  test.each([
    ['before the answer', hangsUp],
    ['within the answer', stopsAndHangsUp],
  ])('three times when the connection breaks %s', async (_, breaks) => {
    answers = [breaks]
    const broken = {
      status: -1,
      body: '',
      verdict: { kind: 'unanswered', because: expect.stringMatching(/^[A-Z_]+$/) },
    }
    expect(await send()).toMatchObject([broken, broken, broken])
    expect(received).toHaveLength(3)
  })

  test('three times when nobody listens, and says so', async () => {
    const gone = createServer()
    const nowhere = await listen(gone)
    await closeServer(gone)
    expect(await send({}, TEXT, nowhere)).toEqual(Array.from({ length: 3 }, () => unanswered('ECONNREFUSED')))
  })

  test('no more once it is answered', async () => {
    answers = [says(500), success]
    expect((await send()).map(({ verdict }) => verdict.kind)).toEqual(['unanswered', 'delivered'])
    expect(received).toHaveLength(2)
  })

  test.each([
    ['401', says(401), { kind: 'refused', status: 401 }],
    ['404', says(404), { kind: 'refused', status: 404 }],
    ['a quoted "success"', says(200, '"success"'), { kind: 'abnormal' }],
    ['nothing but 200', says(200), { kind: 'delivered' }],
  ])('once when it gets %s', async (_, answer, verdict) => {
    answers = [answer]
    expect(await send()).toMatchObject([{ verdict }])
    expect(received).toHaveLength(1)
  })

  test('nowhere else: a redirect is refused', async () => {
    const elsewhere: Answer = (response) => void response.writeHead(302, { location: '/elsewhere' }).end()
    answers = [elsewhere, success]
    expect(await send()).toMatchObject([{ status: 302, verdict: { kind: 'refused', status: 302 } }])
    expect(received.map(({ path }) => path)).toEqual(['/push'])
  })

  test('the same text again, signed and sealed anew', async () => {
    const clock = aClock()
    const failsLater: Answer = (response) => {
      clock.advance(seconds(5))
      response.writeHead(500).end()
    }
    answers = [failsLater]
    await send({ clock })
    expect(received.map(opened).map(({ signedAt }) => signedAt)).toEqual([NOW, NOW + 5, NOW + 10])
    expect(received.map(opened).map(({ text }) => text)).toEqual([TEXT, TEXT, TEXT])
    expect(new Set(received.map(opened).map(({ nonce }) => nonce)).size).toBe(3)
    expect(new Set(received.map(({ body }) => JSON.parse(body.toString()).Encrypt)).size).toBe(3)
  })
})

describe('overlapping tries', () => {
  test('are three at once, each signed and sealed anew', async () => {
    const open: ServerResponse[] = []
    const answersTheThird: Answer = (response) => {
      open.push(response)
      if (open.length === 3) for (const waiting of open) waiting.end('success')
    }
    answers = [answersTheThird]
    const tries = await send({ overlapping: true })
    expect(tries.map(({ verdict }) => verdict.kind)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(received.map(opened).map(({ text }) => text)).toEqual([TEXT, TEXT, TEXT])
    expect(new Set(received.map(({ query }) => query)).size).toBe(3)
  })

  test('are not repeated', async () => {
    answers = [says(500)]
    expect((await send({ overlapping: true })).map(({ status }) => status)).toEqual([500, 500, 500])
    expect(received).toHaveLength(3)
  })
})

describe('the time to answer', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const hurried = () => wechatSender(anAccount(), url, 50)
  const late = { status: -1, body: '', verdict: { kind: 'unanswered', because: 'no answer in time' } }

  test.each([
    ['nothing comes', isSilent],
    ['the answer stops half-way', stops],
  ])('runs out when %s, and WeChat tries three times', async (_, answer) => {
    answers = [answer]
    const tries = await hurried().push(TEXT, { mode: 'safe' })
    expect(tries).toMatchObject([late, late, late])
    for (const { tookMs } of tries) expect(tookMs).toBeGreaterThanOrEqual(45)
  })

  test('runs out for the check of the URL, which is made once', async () => {
    answers = [isSilent]
    expect(await hurried().verify()).toMatchObject(late)
    expect(received.length).toBeLessThanOrEqual(1)
  })

  test('is five seconds', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout')
    answers = [success]
    await send()
    expect(timeout.mock.calls).toEqual([[5000]])
  })
})

describe('the check of the URL', () => {
  const verify = () => wechatSender(anAccount(), url).verify({ clock: aClock() })
  const echo: Answer = (response, { query }) => void response.end(new URLSearchParams(query).get('echostr'))

  test('is passed with the echo', async () => {
    answers = [echo]
    const { body, verdict } = await verify()
    expect(verdict).toEqual({ kind: 'delivered' })
    expect(received).toMatchObject([{ method: 'GET', path: '/push' }])
    expect(verifyUrl(received[0]?.query ?? '', [new Secret(TOKEN)])).toBe(body)
  })

  test.each([
    [
      'a quoted echo',
      ((response, { query }) => response.end(`"${new URLSearchParams(query).get('echostr')}"`)) as Answer,
    ],
    ['success', success],
    ['nothing', says(200)],
  ])('fails with %s', async (_, answer) => {
    answers = [answer]
    expect((await verify()).verdict).toEqual({ kind: 'abnormal', because: 'the answer is not the echostr' })
  })

  test.each([401, 404, 500])('fails with %d and is not repeated', async (status) => {
    answers = [says(status)]
    expect((await verify()).verdict).toEqual({ kind: 'refused', status })
    expect(received).toHaveLength(1)
  })
})

describe('an answer in clear to a sealed push', () => {
  const inClear = says(200, '{"ErrCode":0,"ErrMsg":"Success"}')

  test('is what WeChat wants for a mini game’s payment', async () => {
    answers = [inClear]
    const text = writeWire('json', anEventPush({ Event: 'minigame_coin_deliver_completed' }))
    expect(await send({}, text)).toMatchObject([{ verdict: { kind: 'delivered', fields: { ErrCode: '0' } } }])
  })

  test('is a fault for any other', async () => {
    answers = [inClear]
    const text = writeWire('json', anEventPush({ Event: 'xpay_goods_deliver_notify' }))
    expect(await send({}, text)).toMatchObject([{ verdict: { kind: 'abnormal', because: 'the answer is not sealed' } }])
  })
})

describe.each(PUSH_MODES.flatMap((mode) => FORMATS.map((format) => [mode, format] as const)))(
  'our receiver in %s mode, sent %s',
  (mode, format) => {
    test('answers every sample as WeChat wants it', async () => {
      const inbox = memoryInbox(systemClock, hours(72))
      const app = pushApp({ trust: aTrust({ mode }), inbox, clock: systemClock, log: jsonLog({ threshold: 'silent' }) })
      answers = [
        (response, request) => void app(request).then(({ status, body }) => response.writeHead(status).end(body)),
      ]
      const sender = wechatSender(anAccount(), url)
      const verdicts = SAMPLE_NAMES.map(async (name) => {
        const [one] = await sender.push(writeSample(name, { appId: APP_ID, format }), { mode })
        return [name, one?.verdict.kind] as const
      })
      expect((await Promise.all(verdicts)).filter(([, kind]) => kind !== 'delivered')).toEqual([])
    })
  },
)
