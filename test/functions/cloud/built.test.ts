import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CloudOutcome } from '../../../dev/emulator/cloud-process.ts'
import type { CloudFailure } from '../../../dev/simulator/cloud/cloud-failures.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { type CloudService, cloudEvent, startCloudService } from '../../support/cloud-service.ts'
import { someone } from '../../support/people.ts'

const DEFAULT = String(RULES.otherwise.text)
const HELP = String(RULES.keywords[1]?.reply)
const SUCCESS: CloudOutcome = { result: 'success' }

let service: CloudService
const running = () => service
const people: string[] = []
function person(): string {
  const openId = someone()
  people.push(openId)
  return openId
}

/** No line names a person or says what was said, and no name look-up has left this machine. */
function checkSecrecy({ fn, output }: CloudService): void {
  const said = output()
  for (const openId of people) expect(said).not.toContain(openId)
  expect(said).not.toMatch(/local-token|local-key|local-session|13800138000/)
  expect(fn.strangers()).toEqual([])
}

afterEach(() => {
  checkSecrecy(service)
  service.clear()
})

describe.each(['', '-bundled'] as const)('the folder customer-service%s', (variant) => {
  beforeAll(async () => {
    service = await startCloudService({ variant })
  })
  afterAll(() => service.close())

  it.each([
    ['text', '你好 13800138000', [DEFAULT]],
    ['text', '帮助', [HELP]],
    ['text', '官网', ['link']],
    ['text', '海报', ['本周活动：全场满 99 元包邮。', 'image']],
    ['text', '下单', ['miniprogrampage']],
    ['text', '订单 20260002', ['订单 20260002：已发货，预计明天送达。']],
    ['image', undefined, [String(RULES.otherwise.image)]],
    ['miniprogrampage', undefined, [String(RULES.otherwise.miniprogrampage)]],
    ['user_enter_tempsession', undefined, [String(RULES.welcome)]],
  ])('answers %s %s', async (name, say, seen) => {
    const openId = person()
    expect(await service.push(cloudEvent(name, openId, say))).toEqual(SUCCESS)
    expect(service.seen(openId)).toEqual(seen)
    expect(service.lines('cloud.accepted')).toMatchObject([{ outcome: 'new', kind: name }])
    expect(service.lines('process.done')).toHaveLength(1)
  })

  it('uploads a picture once for all', () => {
    expect(service.gateway.calls().filter(({ apiName }) => apiName.endsWith('uploadTempMedia'))).toHaveLength(1)
  })

  it('hands a person over', async () => {
    const openId = person()
    const event = cloudEvent('text', openId, '人工')
    const { ToUserName, CreateTime } = event
    expect(await service.push(event)).toEqual({
      result: { MsgType: 'transfer_customer_service', ToUserName: openId, FromUserName: ToUserName, CreateTime },
    })
    expect(service.seen(openId)).toEqual(['正在为您转接人工客服，请稍候。'])
  })

  it('counts what a person has allowed', async () => {
    const openId = person()
    const permits = () => service.documents(openId).filter(({ kind }) => kind === 'permit')
    for (const name of ['subscribe_msg_popup_event', 'subscribe_msg_change_event', 'subscribe_msg_sent_event']) {
      expect(await service.push(cloudEvent(name, openId))).toEqual(SUCCESS)
      expect(permits().length).toBeGreaterThan(0)
    }
    expect(service.documents(openId).filter(({ kind, state }) => kind === 'push' && state === 'done')).toHaveLength(3)
  })

  it('takes what the platform tells, of which nobody is the caller', async () => {
    const openId = person()
    expect(await service.push(cloudEvent('wxa_media_check', openId), {})).toEqual(SUCCESS)
    for (const name of ['xpay_goods_deliver_notify', 'xpay_refund_notify']) {
      const paid = await service.push(cloudEvent(name, openId), {})
      expect(paid).toEqual({ result: { ErrCode: 0, ErrMsg: 'success' } })
    }
    expect(service.lines('cloud.accepted').map(({ kind }) => kind)).toEqual([
      'wxa_media_check',
      'xpay_goods_deliver_notify',
      'xpay_refund_notify',
    ])
  })

  it('refuses what somebody else made up, and what is no push, and says so', async () => {
    const [openId, forger] = [person(), person()]
    const refused = { result: { ErrCode: -1, ErrMsg: 'refused' } }
    expect(await service.push(cloudEvent('text', openId, '帮助'), { openId: forger, source: 'wx_client' })).toEqual(
      refused,
    )
    expect(await service.push({ hello: 'world' }, { openId: forger })).toEqual(refused)
    expect(service.seen(openId)).toEqual([])
    expect(service.lines('cloud.refused').map(({ reason }) => reason)).toEqual(['PUSH_FOREIGN', 'BODY_UNREADABLE'])
    expect(service.documents(openId)).toEqual([])
  })

  it('replies once to what comes twice at the same time, to two instances, and once more later', async () => {
    const openId = person()
    const event = cloudEvent('text', openId, '帮助')
    expect(await Promise.all([service.push(event), service.push(event)])).toEqual([SUCCESS, SUCCESS])
    expect(service.fn.pids()).toHaveLength(2)
    expect(await service.push(event)).toEqual(SUCCESS)
    await service.hurry()
    await service.tick()
    expect(service.seen(openId)).toEqual([HELP])
    expect(
      service
        .lines('cloud.accepted')
        .map(({ outcome }) => outcome)
        .toSorted(),
    ).toEqual(['new', 'seen', 'seen'])
  })

  it('speaks for each person with what that invocation was given, in one warm instance', async () => {
    service.fn.kill()
    const two = [person(), person()]
    const tokens = []
    for (const [n, openId] of two.entries()) {
      const token = `local-token-of-${n}`
      expect(await service.push(cloudEvent('text', openId, '帮助'), { openId, token, env: `env-${n}` })).toEqual(
        SUCCESS,
      )
      expect(service.seen(openId)).toEqual([HELP])
      tokens.push({ token, env: `env-${n}` })
    }
    expect(service.fn.pids()).toHaveLength(1)
    const sends = service.gateway.calls().filter(({ apiName }) => apiName === 'customerServiceMessage.send')
    expect(sends.slice(-2).map(({ token, env }) => ({ token, env }))).toEqual(tokens)
    expect(sends.slice(-2).map(({ data }) => data.touser)).toEqual(two)
  })
})

describe('the folder, when the cloud fails', () => {
  beforeAll(async () => {
    service = await startCloudService()
  })
  afterAll(() => service.close())

  const SEND = 'customerServiceMessage.send'
  const fails = (failure: Omit<CloudFailure, 'path' | 'times'>): void =>
    service.gateway.fail({ path: SEND, times: 1, ...failure })

  it.each<readonly [string, Omit<CloudFailure, 'path' | 'times'>, string, object]>([
    ['errcode 40001', { errcode: 40001 }, 'wechat.refused', { errcode: 40001 }],
    ['errcode -1', { errcode: -1 }, 'wechat.refused', { errcode: -1 }],
    [
      '-604101',
      { systemError: -604101 },
      'wechat.refused',
      { errcode: -604101, hint: expect.stringContaining('config.json'), zh: expect.stringContaining('config.json') },
    ],
    [
      'a gateway error',
      { gatewayError: { code: 'SYS_ERR', message: 'no' } },
      'wechat.unreachable',
      { because: 'gateway' },
    ],
    ['status 500', { status: 500 }, 'wechat.unreachable', { because: 'gateway' }],
    ['a reset', { reset: true }, 'wechat.unreachable', { because: 'ECONNRESET' }],
    ['no answer', { hang: true }, 'wechat.unreachable', { because: 'timeout' }],
    ['garbage', { garbage: true }, 'wechat.unreadable', {}],
    ['an empty answer', { emptyBody: true }, 'wechat.unreadable', {}],
  ])('%s: says so, answers WeChat, and the timer sends what waits', async (_, failure, event, facts) => {
    const openId = person()
    fails(failure)
    expect(await service.push(cloudEvent('text', openId, '帮助'))).toEqual(SUCCESS)
    expect(service.lines(event)).toMatchObject([{ call: SEND, ...facts }])
    expect(service.lines('process.waiting')).toHaveLength(1)
    expect(service.seen(openId)).toEqual([])
    await service.tick()
    expect(service.seen(openId)).toEqual([])
    await service.hurry()
    expect(await service.tick()).toEqual(SUCCESS)
    expect(service.seen(openId)).toEqual([HELP])
    expect(service.documents(openId).filter(({ kind }) => kind === 'push')).toMatchObject([{ state: 'done', dueAt: 0 }])
  })

  it.each([45015, 45047])(
    'errcode %i: nothing more is sent in that window, and a new one is answered',
    async (errcode) => {
      const openId = person()
      fails({ errcode })
      expect(await service.push(cloudEvent('text', openId, '海报'))).toEqual(SUCCESS)
      await service.hurry()
      await service.tick()
      expect(service.lines('wechat.refused')).toMatchObject([{ errcode }])
      expect(service.seen(openId)).toEqual([])
      expect(await service.push(cloudEvent('text', openId, '帮助'))).toEqual(SUCCESS)
      expect(service.seen(openId)).toEqual([HELP])
    },
  )

  it('keeps the order of two texts, though the first one has to wait', async () => {
    const openId = person()
    fails({ reset: true })
    await service.push(cloudEvent('text', openId, '帮助'))
    await service.push(cloudEvent('text', openId, '你好'))
    expect(service.seen(openId)).toEqual([])
    await service.hurry()
    await service.tick()
    await service.tick()
    expect(service.seen(openId)).toEqual([HELP, DEFAULT])
  })

  it('sends one reply though the database lost its answer about what it has written', async () => {
    const openId = person()
    service.gateway.database.fail({ path: 'insertDocument', times: 1, reset: true, afterEffect: true })
    const event = cloudEvent('text', openId, '帮助')
    expect(await service.push(event)).toEqual(SUCCESS)
    expect(service.documents(openId).filter(({ kind }) => kind === 'push')).toMatchObject([{ state: 'done' }])
    expect(await service.push(event)).toEqual(SUCCESS)
    await service.hurry()
    await service.tick()
    expect(service.seen(openId)).toEqual([HELP])
  })

  it('asks the database once more when it fails for the moment', async () => {
    const openId = person()
    service.gateway.database.fail({ path: 'getDocument', times: 1, status: 500 })
    expect(await service.push(cloudEvent('text', openId, '帮助'))).toEqual(SUCCESS)
    expect([service.seen(openId), service.lines('cloud.broken')]).toEqual([[HELP], []])
  })

  it('works off in memory what the database has accepted and then fails at, once', async () => {
    const openId = person()
    service.gateway.database.fail({ path: 'getDocument', times: 2, status: 500 })
    expect(await service.push(cloudEvent('text', openId, '帮助'))).toEqual(SUCCESS)
    expect(service.seen(openId)).toEqual([HELP])
    expect(service.lines('cloud.broken')).toMatchObject([{ outcome: 'untouched' }])
    expect(service.documents(openId).filter(({ kind }) => kind === 'push')).toMatchObject([{ state: 'done' }])
    await service.hurry()
    await service.tick()
    expect(service.seen(openId)).toEqual([HELP])
  })
})

describe.each(['absent', 'forbidden'] as const)('the folder, where the database is %s', (database) => {
  beforeAll(async () => {
    service = await startCloudService({ database })
  })
  afterAll(() => service.close())

  it('answers all the same, once each, and warns once', async () => {
    const two = [person(), person()]
    for (const openId of two) {
      const event = cloudEvent('text', openId, '帮助')
      for (const _ of [1, 2]) expect(await service.push(event)).toEqual(SUCCESS)
      expect(service.seen(openId)).toEqual([HELP])
    }
    expect(service.lines('cloud.without-database')).toMatchObject([
      {
        level: 'warn',
        reason: 'TABLE_UNAVAILABLE',
        hint: expect.stringContaining('weapp_push'),
        zh: expect.stringContaining('云数据库'),
      },
    ])
    expect(await service.tick()).toEqual(SUCCESS)
    expect(running().fn.pids()).toHaveLength(1)
  })
})

describe('the folder, when time is short', () => {
  it('answers in time when WeChat is slow, says what is not done, and the timer does it, once', async () => {
    service = await startCloudService({ timeoutMs: 3000 })
    const openId = person()
    await service.push(cloudEvent('text', person(), '帮助'))
    service.gateway.fail({ path: '*', times: 2, delayMs: 1500 })
    service.gateway.fail({ path: '*', times: 1, hang: true })
    expect(await service.push(cloudEvent('text', openId, '海报'))).toEqual(SUCCESS)
    expect(service.lines('cloud.unfinished')).toMatchObject([{ level: 'error', kind: 'text', isAccepted: 1 }])
    // The platform keeps an instance from going on after its answer.
    service.fn.kill()
    service.gateway.clearFailures()
    expect(service.seen(openId)).toEqual(['本周活动：全场满 99 元包邮。'])
    await service.hurry()
    expect(await service.tick()).toEqual(SUCCESS)
    expect(service.seen(openId)).toEqual(['本周活动：全场满 99 元包邮。', 'image'])
    await service.close()
  })
})

describe('the folder, where the database', () => {
  it('hangs: answers all the same, and in time', async () => {
    service = await startCloudService({ timeoutMs: 4000 })
    const openId = person()
    await service.push(cloudEvent('text', person(), '帮助'))
    service.gateway.database.fail({ path: '*', times: 1000, hang: true })
    expect(await service.push(cloudEvent('text', openId, '帮助'))).toEqual(SUCCESS)
    expect(service.seen(openId)).toEqual([HELP])
    await service.close()
  })

  it('has no collection: makes it', async () => {
    service = await startCloudService()
    const openId = person()
    expect(service.gateway.database.documents('weapp_push')).toBeUndefined()
    expect(await service.push(cloudEvent('text', openId, '帮助'))).toEqual(SUCCESS)
    expect([service.documents(openId).length > 0, service.lines('cloud.without-database')]).toEqual([true, []])
    await service.close()
  })
})

describe('the folder, when it is strict', () => {
  it('refuses what a client calls, and takes what nobody does', async () => {
    service = await startCloudService({ environment: { CLOUD_PUSH_STRICT: 'true' } })
    const openId = person()
    const event = cloudEvent('text', openId, '帮助')
    expect(await service.push(event, { openId, source: 'wx_client,scf' })).toMatchObject({ result: { ErrCode: -1 } })
    expect(service.lines('cloud.refused')).toMatchObject([{ reason: 'PUSH_BY_CLIENT' }])
    expect(await service.push(event, { openId })).toEqual(SUCCESS)
    expect(service.seen(openId)).toEqual([HELP])
    await service.close()
  })
})
