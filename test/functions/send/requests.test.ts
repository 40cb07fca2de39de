import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { requestsApp, sendRequests } from '../../../functions/send/requests.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import { dynamoOrders } from '../../../shared/store/dynamo-order.ts'
import { ordering, SHIPPED, SHIPPED_DATA } from '../../support/ordering.ts'
import { someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
let world: ReturnType<typeof ordering>
let lines: string[]
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = ordering(table)
  lines = []
})
afterAll(() => table.close())

const deps = (changes = {}) => {
  const log = jsonLog({ threshold: 'debug', write: (line) => void lines.push(line) })
  return { ...world.deps, log, ...changes }
}
const asked = (to: unknown, changes = {}) => ({ to, template: SHIPPED, data: SHIPPED_DATA, ...changes })
async function allowing(count: number): Promise<string> {
  const to = someone()
  await world.allow(to, count)
  return to
}
const broken = () => ({ orders: { ...world.deps.orders, order: () => Promise.reject(new Error('a bug')) } })

async function post(body: unknown, method = 'POST') {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const answer = await requestsApp(deps())({ method, path: '/send', query: '', ip: '203.0.113.7', body: bytes })
  return { ...answer, says: JSON.parse(answer.body) }
}

describe('sendRequests', () => {
  it('sends one', async () => {
    expect(await sendRequests(asked(await allowing(1)), deps())).toMatchObject({ kind: 'sent' })
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ event: 'send.done', outcome: 'sent' }])
  })

  it('answers a list in its order, whatever is wrong with some of it', async () => {
    const [first, second] = [await allowing(1), await allowing(2)]
    const list = [
      asked(second),
      asked(first),
      'nonsense',
      asked(someone()),
      asked('nobody'),
      asked(first),
      asked(second, { data: {} }),
      asked(second, { template: 'x' }),
      asked(second),
    ]
    const outcomes = await sendRequests(list, deps())
    expect(outcomes).toMatchObject([
      { kind: 'sent' },
      { kind: 'sent' },
      { kind: 'invalid', code: 'REQUEST_INVALID' },
      { kind: 'no-permit' },
      { kind: 'unknown-person' },
      { kind: 'no-permit' },
      { kind: 'invalid', code: 'TEMPLATE_DATA_INVALID' },
      { kind: 'invalid', code: 'TEMPLATE_UNKNOWN' },
      { kind: 'sent' },
    ])
    expect(world.wechat.asked).toHaveLength(3)
  })

  it('has no outcome for an empty list', async () => {
    expect(await sendRequests([], deps())).toEqual([])
  })

  it('sends what stands twice in a list under one key once', async () => {
    const one = asked(await allowing(2), { idempotencyKey: `k-${someone()}` })
    const [first, second] = [await sendRequests([one, one], deps())].flat()
    expect(first).toMatchObject({ kind: 'sent' })
    expect(second).toEqual(first)
    expect(world.wechat.asked).toHaveLength(1)
  })

  it('says of a key that is reused what is wrong', async () => {
    const one = asked(await allowing(2), { idempotencyKey: `k-${someone()}` })
    const outcomes = await sendRequests([one, { ...one, page: 'pages/b' }], deps())
    expect(outcomes).toMatchObject([{ kind: 'sent' }, { kind: 'invalid', code: 'KEY_REUSED' }])
  })

  it('sends to one person one after the other, and to 20 people at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 25 }, () => allowing(4)))
    const busy = new Map<string, number>()
    let most = 0
    const sendSubscribeMessage = async (to: string) => {
      busy.set(to, (busy.get(to) ?? 0) + 1)
      expect(busy.get(to)).toBe(1)
      most = Math.max(most, [...busy.values()].filter((count) => count > 0).length)
      for (let turn = 0; turn < 20; turn += 1) await nextTurn()
      busy.set(to, (busy.get(to) ?? 0) - 1)
      return undefined
    }
    const list = [0, 1, 2, 3].flatMap(() => people.map((to) => asked(to)))
    const outcomes = await sendRequests(list, deps({ sendSubscribeMessage }))
    expect(outcomes).toEqual(list.map(() => ({ kind: 'sent' })))
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(20)
  })

  it.each<[string, (openid: string, place: number) => unknown]>([
    ['an object', (openid) => ({ openid })],
    ['now an object and now a text', (openid, place) => (place % 2 === 0 ? { openid } : openid)],
  ])('sends to one person one after the other, whom %s names', async (_, naming) => {
    const to = await allowing(4)
    let [now, most] = [0, 0]
    const sendSubscribeMessage = async () => {
      now += 1
      most = Math.max(most, now)
      for (let turn = 0; turn < 20; turn += 1) await nextTurn()
      now -= 1
      return undefined
    }
    const list = Array.from({ length: 4 }, (_each, place) => asked(naming(to, place)))
    expect(await sendRequests(list, deps({ sendSubscribeMessage }))).toEqual(list.map(() => ({ kind: 'sent' })))
    expect(most).toBe(1)
  })

  it('refuses more than 100, and sends none of them', async () => {
    const to = await allowing(101)
    const list = Array.from({ length: 101 }, () => asked(to))
    await expect(sendRequests(list, deps())).rejects.toThrow(/^REQUEST_INVALID .*more than 100/)
    expect(world.wechat.asked).toEqual([])
    expect(await sendRequests(list.slice(1), deps())).toHaveLength(100)
  })

  it('passes on what nobody has foreseen', async () => {
    await expect(sendRequests(asked(someone()), deps(broken()))).rejects.toThrow('a bug')
    await expect(sendRequests([asked(someone())], deps(broken()))).rejects.toThrow('a bug')
  })

  it('logs neither the person nor the data nor the key', async () => {
    const to = await allowing(1)
    const idempotencyKey = `order-${to}-138`
    await sendRequests([asked(to, { idempotencyKey }), asked(to, { idempotencyKey, page: 'p' }), { to }], deps())
    expect(lines.length).toBeGreaterThan(2)
    for (const said of [to, '20260001', '茶叶', 'SF1000', '138']) expect(lines.join('\n')).not.toContain(said)
  })
})

describe('requestsApp', () => {
  it('answers one, and a list, with 200', async () => {
    const to = await allowing(2)
    expect(await post(asked(to))).toMatchObject({ status: 200, says: { kind: 'sent' } })
    expect(await post([asked(to), 'x'])).toMatchObject({ status: 200, says: [{ kind: 'sent' }, { kind: 'invalid' }] })
  })

  it.each<[string, unknown, number, string]>([
    ['no JSON', '{"to":', 400, 'REQUEST_INVALID'],
    ['nothing', '', 400, 'REQUEST_INVALID'],
    ['a request that is wrong', { to: 'x' }, 400, 'REQUEST_INVALID'],
    ['an unknown template', asked('u_1', { template: 'x' }), 400, 'TEMPLATE_UNKNOWN'],
    ['a list that is too long', Array.from({ length: 101 }, () => asked('u_1')), 400, 'REQUEST_INVALID'],
    ['a body that is too large', `"${'x'.repeat(256 * 1024)}"`, 413, 'BODY_TOO_LARGE'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, says: { kind: 'invalid', code } })
    expect(lines.join('')).toMatch(/send\.(?:refused|done)/)
  })

  it('takes POST alone', async () => {
    expect(await post('', 'PUT')).toMatchObject({ status: 400, says: { code: 'METHOD_UNKNOWN' } })
  })

  it('says that it is to be tried again while the table is out of reach', async () => {
    const orders = dynamoOrders(table.client(), 'no-such-table', world.clock)
    const body = Buffer.from(JSON.stringify(asked(await allowing(1))))
    const app = requestsApp(deps({ orders }))
    const answer = await app({ method: 'POST', path: '/send', query: '', ip: '', body })
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toEqual({ kind: 'try-again', reason: 'TABLE_UNAVAILABLE' })
  })
})
