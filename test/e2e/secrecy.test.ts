import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localAccess } from '../../dev/emulator/dynamo.ts'
import { type Local, startLocal } from '../../dev/local.ts'
import { logLine } from '../../dev/log-line.ts'
import { changeSignatures } from '../../dev/scenario/scenes.ts'
import { localSettings } from '../../dev/settings.ts'
import type { Failure } from '../../dev/simulator/api/failures.ts'
import { worldOf } from '../../dev/world.ts'
import { hours, minutes, toMillis } from '../../shared/kernel/time.ts'
import { personKey } from '../../shared/store/key.ts'
import { ERRCODES } from '../../shared/wechat/errcode.ts'
import { aGate, type Gate } from '../support/gate.ts'
import { aServiceWithHandlers } from '../support/handlers-service.ts'
import { someone } from '../support/people.ts'
import type { ServiceCopy } from '../support/service-copy.ts'

const SEND = '/cgi-bin/message/custom/send'
const TOKEN = '/cgi-bin/stable_token'

const env: Readonly<Record<string, string>> = { ...localSettings(), LOG_LEVEL: 'debug' }
const lines: string[] = []
let service: ServiceCopy
let gate: Gate
let stack: Local

beforeAll(async () => {
  service = aServiceWithHandlers()
  gate = await aGate()
  const functionEnv = { GATE_URL: gate.url, METRICS_NAMESPACE: 'weapp-push-test' }
  const onLog = (line: string): void => void lines.push(line)
  stack = await startLocal({ root: service.folder, port: 0, env, functionEnv, onLog })
})
afterAll(async () => {
  await stack.close()
  await gate.close()
  service.remove()
})

/** Failures of every sort, each once. */
const FAILURES: readonly Failure[] = [
  // What is less than -1 the cloud of a cloud function says, and not WeChat.
  ...Object.keys(ERRCODES).flatMap((key) => (Number(key) < -1 ? [] : [{ path: SEND, times: 1, errcode: Number(key) }])),
  ...[40001, 40013, 40125, 40164, 45009, 45011, 50004].map((errcode) => ({ path: TOKEN, times: 1, errcode })),
  ...[200, 302, 404, 429, 500, 502].map((status) => ({ path: SEND, times: 1, status })),
  { path: '*', times: 1, status: 502 },
]

/** What people say; the numbers choose what the handler does. */
const WORDS = ['订单 10000500', '官网', '海报', '下单', '人工', '我住在灵隐路 1 号', '订单 20260002']
/** What must have been logged, or the story was too short. */
const EVENTS = [
  ...['push.accepted', 'push.refused', 'process.done', 'process.waiting', 'process.failed', 'process.broken'],
  ...['wechat.called', 'wechat.refused', 'wechat.unreachable', 'wechat.unreadable', 'token.refreshed'],
  ...['handler.failed', 'tick.done'],
]
/** An access token of the simulated WeChat. */
const ACCESS_TOKEN = /97_[\w-]{40}/

const people: string[] = []
const aPerson = (): string => {
  const openId = someone()
  people.push(openId)
  return openId
}
const world = () => worldOf(stack, env)

async function say(words: string, sending = {}): Promise<void> {
  await world().push(world().write('text', 'json', { openId: aPerson(), say: words }), sending)
  await world().settled()
}

async function failInEveryWay(): Promise<void> {
  for (const failure of FAILURES) {
    if (failure.path !== SEND) stack.wechat.expireToken()
    world().fail(failure)
    await say('订单 20260002')
    await world().later(minutes(2))
  }
  world().fail({ path: SEND, times: 1, hang: true })
  await say('官网')
  world().killAtNextSend(false)
  await say('官网')
  for (let count = 0; count < 4; count += 1) await world().later(minutes(30))
}

/** A push that nobody could have accepted: it breaks the function until the stream gives it up. */
async function breakTheFunction(): Promise<void> {
  const [whole] = (await stack.items()).filter(({ kind }) => kind?.S === 'push')
  const pk = personKey(world().account.appId, aPerson())
  const Item = { ...whole, pk: { S: pk }, state: { S: 'ready' }, body: { S: '{"Content":"我住在灵隐路 1 号' } }
  const client = new DynamoDBClient(localAccess(stack.tableEndpoint))
  await client.send(new PutItemCommand({ TableName: stack.tableName, Item }))
  client.destroy()
  await expect.poll(() => lines.join('')).toContain('process.broken')
  await stack.advance(toMillis(hours(24)))
  // It pauses for a minute before it hands the record back.
  stack.killInstances('process')
  await world().settled()
  expect(stack.discarded()).toHaveLength(1)
}

test('no line of any function names a secret, a token, a person or what was said', { timeout: 120_000 }, async () => {
  for (const words of WORDS) await say(words)
  for (const sample of ['subscribe_msg_popup_event', 'user_enter_tempsession', 'image', 'user_authorization_revoke']) {
    await world().push(world().write(sample, 'xml', { openId: people[0] ?? '' }), { overlapping: true })
  }
  await say('官网', { tamper: changeSignatures })
  await say('官网', { mode: 'plaintext' })
  await failInEveryWay()
  await breakTheFunction()

  const output = [...lines, ...lines.map(logLine), JSON.stringify(stack.discarded())].join('\n')
  expect(EVENTS.filter((event) => !output.includes(`"event":"${event}"`))).toEqual([])
  expect(output).toContain('"_aws"')
  expect(JSON.stringify(await stack.items())).toMatch(ACCESS_TOKEN)

  expect(output).not.toMatch(ACCESS_TOKEN)
  const secrets = [env.WECHAT_TOKEN ?? '', env.WECHAT_ENCODING_AES_KEY ?? '', env.WECHAT_APP_SECRET ?? '']
  const said = ['灵隐路', '官网', '海报', '人工', '10000500', '20260002', '示例小店', '已发货']
  expect([...secrets, ...people, ...said].filter((text) => text === '' || output.includes(text))).toEqual([])
})
