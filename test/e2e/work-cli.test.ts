import { beforeAll, describe, expect, test, vi } from 'vitest'
import { messagesIn } from '../../dev/outbox.ts'
import { SHIPPED } from '../../dev/simulator/samples/subscribe.ts'
import { someone } from '../support/people.ts'
import { useStack, wx } from './process.ts'

const { env, stack } = useStack()
/** Every command is a process of its own, on a machine that may be busy. */
const PATIENTLY = { timeout: 15_000 }
const SEND = '/cgi-bin/message/custom/send'

const ask = async (path: string) => JSON.parse(await (await fetch(`${stack().url}${path}`)).text())
const fail = (failure: object) => fetch(`${stack().url}/_dev/fail`, { method: 'POST', body: JSON.stringify(failure) })
const json = (...args: readonly string[]) => JSON.parse(wx([...args, '--json'], env).stdout)

/** Until the last push is what it should be. */
const becomes = (state: string) =>
  vi.waitFor(async () => expect((await ask('/_dev/pushes')).at(-1).state).toBe(state), PATIENTLY)

async function pushed(openId: string, kind: string, state: string, ...args: readonly string[]): Promise<void> {
  expect(wx(['push', kind, '--openid', openId, ...args], env)).toMatchObject({ status: 0 })
  await becomes(state)
}

/** A push whose reply WeChat will not have. */
async function spoilt(openId: string, kind: string, ...args: readonly string[]): Promise<void> {
  await fail({ path: SEND, times: 1, errcode: 40008 })
  await pushed(openId, kind, 'failed', ...args)
}

describe('wx outbox', () => {
  test('shows what a person was sent, without whose it is', async () => {
    const openId = someone()
    await pushed(openId, 'text', 'done', '--say', '订单')
    const { status, stdout } = wx(['outbox', '--person', openId], env)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\S+Z {2}✓ {2}text {2}person=[\da-f]{12} {2}请发送订单号，例如：订单 20260001\n$/)
    expect(json('outbox', '--person', openId)).toMatchObject([{ to: openId, kind: 'text', errcode: 0 }])
    expect(wx(['outbox'], env).stdout).not.toContain(openId)
  })

  test('says what WeChat refused, and when there is nothing', async () => {
    const openId = someone()
    expect(wx(['outbox', '--person', openId], env).stdout).toBe('nothing was sent 没有发送消息\n')
    await fail({ path: SEND, times: 1, errcode: 45015 })
    await pushed(openId, 'text', 'done', '--say', '官网')
    expect(wx(['outbox', '--person', openId], env).stdout).toContain('✗ 45015 window-over')
  })
})

describe('wx permits', () => {
  test('counts three deliveries once', async () => {
    const openId = someone()
    expect(wx(['permits', openId], env).stdout).toBe('nothing allowed, nothing refused 没有授权记录\n')
    await pushed(openId, 'subscribe_msg_popup_event', 'done', '--retry')
    expect(wx(['permits', openId], env)).toMatchObject({
      status: 0,
      stdout: `${SHIPPED}  one-time  1 left 次可用\n`,
    })
    expect(json('permits', openId)).toMatchObject([{ template: SHIPPED, kind: 'one-time', remaining: 1 }])
    const state: readonly Record<string, unknown>[] = await ask(`/_dev/state?openid=${openId}`)
    expect(state.find(({ kind }) => kind === 'permit')).toMatchObject({ template: SHIPPED, remaining: 1 })
  })

  test('are found by the UserID too', async () => {
    const openId = someone()
    expect(wx(['im', 'meet', 'permits-of', openId, '3'], env)).toMatchObject({ status: 0 })
    expect(json('permits', 'permits-of')).toMatchObject([{ kind: 'one-time', remaining: 3 }])
    expect(json('permits', 'permits-of')).toEqual(json('permits', openId))
  })
})

describe('wx failed and wx replay', () => {
  const [one, other] = ['oCLI_ONE'.padEnd(28, 'A'), 'oCLI_OTHER'.padEnd(28, 'A')]
  const failed = (...args: readonly string[]) => json('failed', ...args)
  const replayed = (...args: readonly string[]) => json('replay', ...args).replayed
  const taken = async (openId: string): Promise<number> =>
    messagesIn(await ask('/_dev/outbox')).filter(({ to, errcode }) => to === openId && errcode === 0).length
  const becomeTaken = (ofOne: number, ofOther: number) =>
    expect.poll(async () => [await taken(one), await taken(other)], PATIENTLY).toEqual([ofOne, ofOther])

  beforeAll(async () => {
    expect(wx(['failed'], env)).toMatchObject({ status: 0, stdout: 'nothing has failed 没有失败的推送或通知\n' })
    await spoilt(one, 'text', '--say', '官网')
    await spoilt(one, 'image')
    wx(['clock', '--advance', '2h'], env)
    await spoilt(other, 'text', '--say', '帮助')
    await spoilt(other, 'miniprogrampage')
  })

  test('lists, oldest first, what failed and why, without openids', () => {
    expect(failed().map(({ kind, reason, attempts }: never) => [kind, reason, attempts])).toEqual([
      ['text', 'message-type-invalid', 1],
      ['image', 'message-type-invalid', 1],
      ['text', 'message-type-invalid', 1],
      ['miniprogrampage', 'message-type-invalid', 1],
    ])
    const { stdout } = wx(['failed'], env)
    expect(stdout.trimEnd().split('\n')).toHaveLength(4)
    for (const secret of [one, other, '官网', '帮助']) expect(stdout).not.toContain(secret)
  })

  test.each([
    [['--person', one], 2],
    [['--kind', 'text'], 2],
    [['--kind', 'text', '--person', other], 1],
    [['--since', '1h'], 2],
    [['--until', '1h'], 2],
    [['--since', '3h'], 4],
    [['--person', 'oCLI_NOBODY'.padEnd(28, 'A')], 0],
  ])('failed %j finds %i', (args, count) => {
    expect(failed(...args)).toHaveLength(count)
  })

  test('replays by key, once', async () => {
    const [{ key }] = failed('--person', one, '--kind', 'text')
    expect(replayed(key)).toBe(1)
    await becomeTaken(1, 0)
    expect(replayed(key)).toBe(0)
    expect([await taken(one), failed('--person', one).length]).toEqual([1, 1])
  })

  test('replays by time, by kind and by person, once each', async () => {
    expect(replayed('--until', '1h')).toBe(1)
    expect(replayed('--kind', 'miniprogrampage')).toBe(1)
    expect(replayed('--person', other)).toBe(1)
    await becomeTaken(2, 2)
    expect([replayed('--all'), failed()]).toEqual([0, []])
  })
})

describe('wx clock', () => {
  test('tells the time of the stack and moves it', () => {
    const before = Date.parse(wx(['clock'], env).stdout.trim())
    const after = Date.parse(json('clock', '--advance', '90s').now)
    expect(after - before).toBeGreaterThanOrEqual(90_000)
  })

  test('a push after days is signed at the time of the stack', async () => {
    wx(['clock', '--advance', '4d'], env)
    await pushed(someone(), 'text', 'done', '--say', '官网')
  })
})
