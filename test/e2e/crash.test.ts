import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LocalTables, startTables } from '../../dev/emulator/dynamo.ts'
import { scanAll } from '../../dev/emulator/dynamo-tables.ts'
import { lambdaEnvironment } from '../../dev/emulator/environment.ts'
import { type Gateway, startGateway } from '../../dev/emulator/gateway.ts'
import { type LocalFunction, startFunction } from '../../dev/emulator/runtime.ts'
import { readTemplate } from '../../dev/emulator/template.ts'
import { accountOf, localSettings } from '../../dev/settings.ts'
import { wechatSender } from '../../dev/simulator/sender.ts'
import { writeSample } from '../../dev/simulator/writer.ts'
import { type TableProxy, tableProxy } from '../support/table-proxy.ts'

/** All that `push` does outside itself is one write, so these are all the places at which its death could matter. */
type Moment = 'when the push arrives' | 'before the write' | 'after the write, before its answer'
const MOMENTS: readonly Moment[] = ['when the push arrives', 'before the write', 'after the write, before its answer']

let tables: LocalTables
let proxy: TableProxy
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

beforeEach(async () => {
  const [definition] = template.functions
  if (definition === undefined) throw new Error('serverless.yml has no function')
  tables = await startTables({ tables: template.tables })
  await tables.ready()
  proxy = await tableProxy(tables.endpoint, {
    before: () => reach('before the write'),
    after: () => reach('after the write, before its answer'),
  })
  const environment = lambdaEnvironment(definition, proxy.endpoint)
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
  await proxy.close()
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
    await proxy.close()
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
