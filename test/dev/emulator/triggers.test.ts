import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StreamRecord } from '../../../dev/emulator/dynamo-stream.ts'
import { StackError } from '../../../dev/emulator/stack-error.ts'
import { type Stack, startStack } from '../../../dev/stack.ts'

const root = mkdtempSync(join(tmpdir(), 'triggers-'))
const log: string[] = []
const records: StreamRecord[] = []
let stack: Stack

beforeAll(async () => {
  cpSync('test/fixtures/triggers', root, { recursive: true })
  await build({
    entryPoints: ['work', 'gather', 'tick'].map((name) => resolve(`test/fixtures/triggers/functions/${name}.ts`)),
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    target: 'node20',
    logLevel: 'silent',
  })
  stack = await startStack({
    root,
    port: 0,
    env: {},
    functionEnv: { EXTRA: 'added' },
    onLog: (line) => log.push(line),
    onRecord: (record) => records.push(record),
    devRoutes: {
      'POST /_dev/advance': async (running, { body, queryStringParameters }) => {
        const ms = Number(queryStringParameters?.ms)
        if (!(ms >= 0)) throw new StackError('REQUEST_INVALID', `ms=${queryStringParameters?.ms}`)
        return { ms, body, clock: typeof running.clock() }
      },
    },
  })
})

afterAll(async () => {
  await stack.close()
  rmSync(root, { recursive: true })
})

async function leave(pk: string, sk: string, end = ''): Promise<void> {
  const Item = { pk: { S: pk }, sk: { S: sk }, state: { S: 'ready' }, ...(end === '' ? {} : { end: { S: end } }) }
  await stack.client.send(new PutItemCommand({ TableName: stack.tableName, Item }))
}

async function read(pk: string, sk: string) {
  const Key = { pk: { S: pk }, sk: { S: sk } }
  const get = new GetItemCommand({ TableName: stack.tableName, Key, ConsistentRead: true })
  return (await stack.client.send(get)).Item
}

async function note(sk: string, kind = 'note'): Promise<void> {
  const Item = { pk: { S: 'notes' }, sk: { S: sk }, kind: { S: kind } }
  await stack.client.send(new PutItemCommand({ TableName: stack.tableName, Item }))
}

/** Which notes came together. */
const gathered = async () => (await stack.items()).flatMap(({ pk, sk }) => (pk?.S === 'gathered' ? [sk?.S] : []))

const triesOf = async (pk: string, sk: string) => Number((await read(pk, `tries#${sk}`))?.tries?.N)
/** Those that the schedule wrote, without what came of them. */
const ticks = async () => (await stack.items()).filter(({ pk, nowMs }) => pk?.S === 'tick' && nowMs !== undefined)
const effectsOf = async (pk: string) => Number((await read(pk, 'effects'))?.effects?.N)

describe('a function that listens to the table', () => {
  test('works off what is written, each job once', async () => {
    const people = ['a', 'b', 'c', 'd', 'e']
    await Promise.all(people.flatMap((pk) => ['1', '2', '3', '4'].map((sk) => leave(pk, sk))))
    await stack.settled()
    for (const pk of people) expect(await effectsOf(pk)).toBe(4)
    expect(await read('e', '4')).toMatchObject({ state: { S: 'done' } })
  })

  test('is called again after it exited in the middle of a batch', async () => {
    await Promise.all([leave('exits', '1'), leave('exits', '2', 'exit'), leave('exits', '3')])
    await stack.settled()
    expect(await effectsOf('exits')).toBe(3)
    expect(await triesOf('exits', '2')).toBe(2)
  })

  test('is called again after its time was over', async () => {
    await leave('hangs', '1', 'hang')
    await stack.settled()
    expect(await effectsOf('hangs')).toBe(1)
    expect(log).toContain('Task timed out after 1.00 seconds')
  })

  test('is called again after its instances were killed', async () => {
    await leave('killed', '1', 'hang')
    await expect.poll(() => triesOf('killed', '1')).toBe(1)
    stack.killInstances('work')
    await stack.settled()
    expect(await triesOf('killed', '1')).toBe(2)
    expect(await effectsOf('killed')).toBe(1)
  })

  test('is given up after its attempts, and the next job of the same person is done', async () => {
    await leave('stuck', '1', 'always')
    await stack.settled()
    expect(await triesOf('stuck', '1')).toBe(3)
    expect(stack.discarded()).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
        DDBStreamBatchInfo: { batchSize: 1 },
      },
    ])
    expect(log.join('\n')).toMatch(/work RetryAttemptsExhausted: 1 records from \d+ after 3 invocations/)
    await leave('stuck', '2')
    await stack.settled()
    expect(await effectsOf('stuck')).toBe(1)
  })

  test('is not called twice because there is a fork', async () => {
    const fork = await stack.fork({ env: {} })
    await leave('forked', '1')
    await stack.settled()
    expect(await triesOf('forked', '1')).toBe(1)
    await fork.close()
  })

  test('hears of a change after the stack’s owner does', async () => {
    await leave('heard', '1')
    expect(records.some(({ dynamodb }) => dynamodb.Keys.pk?.S === 'heard')).toBe(true)
    await stack.settled()
  })
})

describe('the clock of the stack', () => {
  test('calls the schedule once when it is moved over many periods, and a function sees the same time', async () => {
    const before = stack.clock()
    await stack.advance(10 * 60_000 + 1)
    const [tick, ...more] = await ticks()
    expect(more).toEqual([])
    expect(Number(tick?.nowMs?.N)).toBeGreaterThan(before + 10 * 60_000)
    expect(Number(tick?.nowMs?.N)).toBeLessThanOrEqual(stack.clock())
    await stack.settled()
    expect(await effectsOf('tick')).toBe(1)
  })

  test('calls the schedule once at the end of each move, so that what is due by then is not left lying', async () => {
    const before = (await ticks()).length
    await stack.advance(20_000)
    expect(await ticks()).toHaveLength(before + 1)
    await stack.advance(40_000)
    expect(await ticks()).toHaveLength(before + 2)
    await stack.settled()
  })

  test('gives its time to the records of the table', async () => {
    await stack.advance(86_400_000)
    await leave('later', '1')
    const last = records.find(({ dynamodb }) => dynamodb.Keys.pk?.S === 'later')
    expect(last?.dynamodb.ApproximateCreationDateTime).toBeGreaterThan(Date.now() / 1000 + 86_400)
    await stack.settled()
    expect(Number((await read('later', '1'))?.doneAtMs?.N)).toBeGreaterThan(Date.now() + 86_400_000)
  })
})

describe('a window of ten seconds', () => {
  test('is over when the clock is moved past it, and what it held back is done by then', async () => {
    await note('a')
    await note('b')
    await stack.advance(4000)
    await note('c')
    expect(await gathered()).toEqual([])
    await stack.advance(6000)
    expect(await gathered()).toEqual(['a,b,c'])
  })

  test('does not hold back what the schedule has made ready', async () => {
    await note('planned', 'plan')
    await stack.advance(45_000)
    await expect.poll(gathered).toContain('planned')
  })

  test('is over when somebody waits for nothing else', async () => {
    await note('d')
    await note('e')
    await stack.settled()
    expect(await gathered()).toContain('d,e')
  })
})

describe('a route of the local stack', () => {
  const post = (query: string, body?: string) =>
    fetch(`${stack.url}/_dev/advance${query}`, { method: 'POST', ...(body === undefined ? {} : { body }) })

  test('reads query and body', async () => {
    const response = await post('?ms=5', 'text')
    expect(await response.json()).toEqual({ ms: 5, body: 'text', clock: 'number' })
  })

  test('answers 400 with a message when the request is wrong', async () => {
    const response = await post('?ms=x')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ message: expect.stringContaining('REQUEST_INVALID ms=x') })
  })
})

describe('the environment', () => {
  test('of a function is completed by the stack’s owner', () => {
    expect(stack.functionEnvironment('work')).toMatchObject({ EXTRA: 'added', TABLE_NAME: 'jobs' })
  })
})

describe('close', () => {
  test('leaves nothing running, even in the middle of a job', async () => {
    const handles = () => process.getActiveResourcesInfo().filter((name) => /TCPServer|Worker|MessagePort/.test(name))
    const before = handles().length
    const other = await startStack({ root, port: 0, env: {} })
    const Item = { pk: { S: 'x' }, sk: { S: '1' }, state: { S: 'ready' }, end: { S: 'hang' } }
    await other.client.send(new PutItemCommand({ TableName: other.tableName, Item }))
    const settled = other.settled()
    await other.close()
    await settled
    await expect.poll(() => handles().length).toBeLessThanOrEqual(before)
  })
})
