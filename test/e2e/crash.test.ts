import { createServer, type Server } from 'node:http'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LocalTables, startTables } from '../../dev/emulator/dynamo.ts'
import { scanAll } from '../../dev/emulator/dynamo-tables.ts'
import { lambdaEnvironment } from '../../dev/emulator/environment.ts'
import { type Gateway, startGateway } from '../../dev/emulator/gateway.ts'
import { type LocalFunction, startFunction } from '../../dev/emulator/runtime.ts'
import { closeServer, listen, readBody } from '../../dev/emulator/server.ts'
import { readTemplate } from '../../dev/emulator/template.ts'
import { accountOf, localSettings } from '../../dev/settings.ts'
import { wechatSender } from '../../dev/simulator/sender.ts'
import { writeSample } from '../../dev/simulator/writer.ts'

/** All that `push` does outside itself is one write, so these are all the places at which its death could matter. */
type Moment = 'when the push arrives' | 'before the write' | 'after the write, before its answer'
const MOMENTS: readonly Moment[] = ['when the push arrives', 'before the write', 'after the write, before its answer']

let tables: LocalTables
let proxy: Server
let push: LocalFunction
let gateway: Gateway
/** What happens once, at its moment. */
let strike: { moment: Moment; act: () => void } | undefined

const settings = localSettings()
const template = readTemplate(process.cwd(), settings)
const tableName = template.tables[0]?.createTable.TableName ?? ''

function reach(moment: Moment): boolean {
  if (strike?.moment !== moment) return false
  const { act } = strike
  strike = undefined
  act()
  return true
}

/** Stands between the function and the table, so that a write can be stopped on either side. */
async function between(endpoint: string): Promise<Server> {
  return createServer(async (request, response) => {
    const body = await readBody(request)
    if (reach('before the write')) return void response.destroy()
    const headers = Object.entries(request.headers).filter(([name]) => /^(x-amz|content-type|authorization)/.test(name))
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: new Uint8Array(body ?? []),
    })
    const text = await answer.text()
    if (reach('after the write, before its answer')) return void response.destroy()
    const sent = ['content-type', 'x-amz-crc32', 'x-amzn-requestid'].flatMap((name) => {
      const value = answer.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    response.writeHead(answer.status, Object.fromEntries(sent)).end(text)
  })
}

beforeEach(async () => {
  const [definition] = template.functions
  if (definition === undefined) throw new Error('serverless.yml has no function')
  tables = await startTables({ tables: template.tables })
  await tables.ready()
  proxy = await between(tables.endpoint)
  const environment = lambdaEnvironment(definition, await listen(proxy))
  push = startFunction({
    name: 'push',
    bundle: resolve(definition.bundle),
    timeoutMs: definition.timeoutMs,
    environment,
  })
  await push.ready()
  gateway = await startGateway({
    port: 0,
    routes: {
      'POST /push': (event) => {
        const running = push.invoke(event)
        reach('when the push arrives')
        return running
      },
    },
  })
})

afterEach(async () => {
  await gateway.close()
  await push.close()
  await closeServer(proxy)
  await tables.close()
})

const { account } = accountOf(settings)
const items = async () => await scanAll(tables.client, { TableName: tableName })

describe.each(MOMENTS)('the process is killed %s', (moment) => {
  test('and the next try ends with the push accepted once', async () => {
    strike = { moment, act: () => push.kill() }
    const text = writeSample('text', { appId: account.appId, format: 'json' })
    const tries = await wechatSender(account, `${gateway.url}/push`).push(text, { mode: 'safe' })
    expect(strike).toBeUndefined()
    expect(tries.map(({ verdict }) => verdict.kind)).toEqual(['unanswered', 'delivered'])
    const stored = await items()
    expect(stored).toHaveLength(1)
    expect(stored[0]?.body?.S).toBe(text)
  })
})

describe.each(['before the write', 'after the write, before its answer'] as const)(
  'the connection breaks %s',
  (moment) => {
    test('and the SDK writes once more: one try, one item', async () => {
      strike = { moment, act: () => undefined }
      const text = writeSample('image', { appId: account.appId, format: 'xml' })
      const tries = await wechatSender(account, `${gateway.url}/push`).push(text, { mode: 'safe' })
      expect(tries.map(({ verdict }) => verdict.kind)).toEqual(['delivered'])
      expect(await items()).toHaveLength(1)
    })
  },
)

describe('the table is gone', () => {
  test('WeChat gets 500 three times, and nothing is said to be accepted', async () => {
    await closeServer(proxy)
    const text = writeSample('text', { appId: account.appId, format: 'json' })
    const tries = await wechatSender(account, `${gateway.url}/push`).push(text, { mode: 'safe' })
    expect(tries.map(({ status, body }) => [status, body])).toEqual([
      [500, ''],
      [500, ''],
      [500, ''],
    ])
    expect(await items()).toEqual([])
  })
})
