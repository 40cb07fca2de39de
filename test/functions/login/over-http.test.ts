import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenId, UserId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { millis } from '../../../shared/kernel/time.ts'
import type { Attempts } from '../../../shared/store/attempts.ts'
import { dynamoAttempts } from '../../../shared/store/dynamo-attempts.ts'
import { dynamoIdentities } from '../../../shared/store/dynamo-identity.ts'
import { memoryAttempts } from '../../../shared/store/memory-attempts.ts'
import { codeToSession } from '../../../shared/wechat/session.ts'
import { aWorld, SECRET, type World } from '../../dev/simulator/api/world.ts'
import { APP_ID, OPEN_ID } from '../../support/build.ts'
import { aLog } from '../../support/lines.ts'
import { aLogin, SECRET_KEY } from '../../support/login.ts'
import { someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
let world: World
beforeAll(async () => {
  table = await startTable()
})
beforeEach(async () => {
  world = await aWorld()
})
afterAll(() => table.close())

let addresses = 0

interface Options {
  readonly secret?: string
  readonly deadlineMs?: number
  readonly attempts?: Attempts
}

/** An instance of the function: the simulated WeChat over HTTP, and a table that all instances share. */
function anInstance({ secret = SECRET, deadlineMs = 5000, attempts }: Options = {}) {
  const { clock, api } = world
  const client = table.client()
  const deadlines = { call: millis(deadlineMs), upload: millis(deadlineMs) }
  const session = codeToSession({ fetch, base: api.url, clock, log: aLog().log, deadlines }, APP_ID, new Secret(secret))
  const identities = dynamoIdentities(client, table.tableName, APP_ID)
  const shared = dynamoAttempts(client, table.tableName, clock, SECRET_KEY)
  return { identities, ...aLogin({ session, identities, attempts: attempts ?? shared }, clock) }
}

/** An address of its own for each login, so that no limit of addresses is met. */
const ip = (): string => `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses++ & 255}`

const asked = () => world.api.outbox().filter(({ path }) => path === '/sns/jscode2session').length

describe('logging in at the simulated WeChat', () => {
  it('works, and the next login is the same person', async () => {
    const openId = someone()
    const { login, identities } = anInstance()
    const { status, says } = await login(world.api.login(openId, 'oUNION_A'), ip())
    expect(status).toBe(200)
    const again = await anInstance().login(world.api.login(openId), ip())
    expect(again.says.userId).toBe(says.userId)
    expect(await identities.ofUser(says.userId as UserId)).toMatchObject({ openId, unionId: 'oUNION_A' })
    expect(await identities.ofPerson(openId as OpenId)).toMatchObject({ userId: says.userId })
  })

  it('refuses a code that was used, here or anywhere else', async () => {
    const { login, logged } = anInstance()
    const code = world.api.login(someone())
    expect((await login(code, ip())).status).toBe(200)
    expect(await anInstance().login(code, ip())).toMatchObject({ status: 401, says: { code: 'LOGIN_REFUSED' } })
    expect(asked()).toBe(1)
    const elsewhere = world.api.login(someone())
    const query = { appid: APP_ID, secret: SECRET, js_code: elsewhere, grant_type: 'authorization_code' }
    expect((await world.get('/sns/jscode2session', query)).says.openid).toBeDefined()
    expect(await login(elsewhere, ip())).toMatchObject({ status: 401, says: { code: 'LOGIN_REFUSED' } })
    expect(logged().at(-1)).toMatchObject({ errcode: 40163, because: 'code-used' })
  })

  it('refuses a person whom WeChat blocks, and joins nobody', async () => {
    const openId = someone()
    world.api.block(openId)
    const { login, identities, logged } = anInstance()
    expect(await login(world.api.login(openId), ip())).toMatchObject({ status: 401, says: { code: 'LOGIN_REFUSED' } })
    expect(logged().at(-1)).toMatchObject({ errcode: 40226, because: 'user-blocked' })
    expect(await identities.ofPerson(openId as OpenId)).toBeUndefined()
  })

  it('refuses a code of five minutes ago', async () => {
    const { login, logged } = anInstance()
    const [fresh, old] = [world.api.login(someone()), world.api.login(someone())]
    world.advance(299)
    expect((await login(fresh, ip())).status).toBe(200)
    world.advance(1)
    expect((await login(old, ip())).status).toBe(401)
    expect(logged().at(-1)).toMatchObject({ errcode: 40029 })
  })

  it('lets one of 40 have a code that all bring at once, from 40 addresses to 4 instances', async () => {
    const code = world.api.login(someone())
    const instances = Array.from({ length: 4 }, () => anInstance())
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (instances[n % 4] ?? anInstance()).login(code, ip())),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(39)
    expect(asked()).toBe(1)
  })

  it('lets one of 200 have it', async () => {
    const code = world.api.login(someone())
    const { login } = anInstance({ attempts: memoryAttempts(world.clock) })
    const answers = await Promise.all(Array.from({ length: 200 }, () => login(code, ip())))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(199)
    expect(asked()).toBe(1)
  })

  it('gives one UserID to a person who logs in 20 times at once', async () => {
    const openId = someone()
    const logins = Array.from({ length: 20 }, () => anInstance().login(world.api.login(openId), ip()))
    const answers = await Promise.all(logins)
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(new Set(answers.map(({ says }) => says.userId)).size).toBe(1)
  })

  it('lets 60 of 80 pass from one address in a minute', async () => {
    const { login } = anInstance()
    const statuses: number[] = []
    for (let wave = 0; wave < 4; wave += 1) {
      const codes = Array.from({ length: 20 }, () => world.api.login(someone()))
      const answers = await Promise.all(codes.map((code) => login(code, '192.0.2.60')))
      statuses.push(...answers.map(({ status }) => status))
    }
    expect(statuses).toEqual([...Array(60).fill(200), ...Array(20).fill(429)])
    expect(asked()).toBe(60)
  })

  it.each([
    ['says that it is busy', { errcode: -1 }, 500, 'WECHAT_REFUSED'],
    ['counts too many', { errcode: 45011 }, 429, 'LOGIN_TOO_OFTEN'],
    ['answers an error page', { status: 502 }, 500, 'WECHAT_UNREACHABLE'],
    ['does not answer', { hang: true }, 500, 'WECHAT_UNREACHABLE'],
  ])('fails for a moment when WeChat %s, and takes the next code', async (_, failure, status, code) => {
    world.api.fail({ path: '/sns/jscode2session', times: 1, ...failure })
    const impatient = anInstance('hang' in failure ? { deadlineMs: 20 } : {})
    expect(await impatient.login(world.api.login(OPEN_ID), ip())).toMatchObject({ status, says: { code } })
    expect((await anInstance().login(world.api.login(OPEN_ID), ip())).status).toBe(200)
  })

  it('fails with an AppSecret that is wrong, and the log says what to do', async () => {
    const { login, logged } = anInstance({ secret: `${SECRET.slice(0, -1)}1` })
    expect(await login(world.api.login(someone()), ip())).toMatchObject({
      status: 500,
      says: { code: 'WECHAT_REFUSED' },
    })
    const hint = expect.stringContaining('WECHAT_APP_SECRET')
    expect(logged()).toMatchObject([{ level: 'error', event: 'login.failed', errcode: 40125, hint, zh: hint }])
  })
})
