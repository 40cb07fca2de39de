import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signRequest } from '../../dev/emulator/sign-request.ts'
import { type Stack, startStack } from '../../dev/stack.ts'
import { systemClock } from '../../shared/kernel/time.ts'

const root = mkdtempSync(join(tmpdir(), 'stack-'))
const env = { NOTES_SECRET: 's3cret' }
const log: string[] = []
let stack: Stack

beforeAll(async () => {
  cpSync('test/fixtures/serverless', root, { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('../fixtures/serverless/functions/notes.ts', import.meta.url))],
    outfile: join(root, 'dist/notes.cjs'),
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
    env,
    onLog: (line) => log.push(line),
    devRoutes: { 'GET /_dev/keys': async (running) => (await running.items()).map(({ sk }) => sk?.S).sort() },
  })
})

afterAll(async () => {
  await stack.close()
  rmSync(root, { recursive: true })
})

async function post(url: string, note: string, then = ''): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/notes`, { method: 'POST', headers, body: JSON.stringify({ note, then }) })
  return { status: response.status, text: await response.text() }
}

const keys = async (): Promise<unknown> => (await fetch(`${stack.url}/_dev/keys`)).json()

describe('startStack', () => {
  test('serves the function’s routes from its bundle', async () => {
    const response = await fetch(`${stack.url}/notes`)
    expect(await response.json()).toEqual({ greeting: 'hello, notes-dev-table' })
  })

  test('gives the functions the table of the template', async () => {
    expect(await post(stack.url, 'one')).toEqual({ status: 200, text: 'new' })
    expect(await post(stack.url, 'one')).toEqual({ status: 200, text: 'seen' })
    expect(stack.deliveries.get('note/one')).toBe(2)
    expect(await keys()).toContain('one')
    expect(log).toContain('new one')
  })

  test('lets three overlapping requests write once', async () => {
    const texts = (await Promise.all([1, 2, 3].map(() => post(stack.url, 'thrice')))).map(({ text }) => text)
    expect(texts.sort()).toEqual(['new', 'seen', 'seen'])
    expect(stack.deliveries.get('note/thrice')).toBe(3)
  })

  test('invokes a function without HTTP', async () => {
    const event = { requestContext: { http: { method: 'POST' } }, body: '{"note":"direct"}' }
    expect(await stack.invoke('notes', event)).toEqual({ statusCode: 200, body: 'new' })
    expect(() => stack.invoke('nobody', event)).toThrow('no function nobody')
  })

  test('shows the whole environment of a function', () => {
    expect(stack.functionEnvironment('notes')).toMatchObject({
      SECRET: 's3cret',
      TABLE_NAME: stack.tableName,
      AWS_LAMBDA_FUNCTION_NAME: 'notes',
      AWS_ENDPOINT_URL_DYNAMODB: stack.tableEndpoint,
    })
  })

  test('survives a function that exits: 500, what was written stays, the next try is seen', async () => {
    expect(await post(stack.url, 'exits', 'exit')).toEqual({ status: 500, text: '{"message":"Internal Server Error"}' })
    expect(await post(stack.url, 'exits')).toEqual({ status: 200, text: 'seen' })
  })

  test('answers 500 once the function is out of time', async () => {
    expect(await post(stack.url, 'hangs', 'hang')).toMatchObject({ status: 500 })
    expect(log).toContain('Task timed out after 1.00 seconds')
  })

  test('kills the instances in the middle; the next try finds what was written', async () => {
    const hanging = post(stack.url, 'killed', 'hang')
    await expect.poll(() => stack.deliveries.get('note/killed')).toBe(1)
    stack.killInstances('notes')
    expect(await hanging).toMatchObject({ status: 500 })
    expect(await post(stack.url, 'killed')).toEqual({ status: 200, text: 'seen' })
  })

  test('forks: another environment before the same table', async () => {
    const fork = await stack.fork({ env: { GREETING: 'servus' } })
    expect(await (await fetch(`${fork.url}/notes`)).json()).toEqual({ greeting: 'servus' })
    expect(await post(fork.url, 'forked')).toMatchObject({ text: 'new' })
    expect(await post(stack.url, 'forked')).toMatchObject({ text: 'seen' })
    await fork.close()
    await expect(fetch(`${fork.url}/notes`)).rejects.toThrow()
    expect(await keys()).toContain('forked')
  })

  test('rejects with what a bundle threw, and leaves nothing running', async () => {
    const started = startStack({ root, port: 0, env: { NOTES_SECRET: 'wrong' } })
    await expect(started).rejects.toMatchObject({ errorType: 'TypeError', message: 'SECRET is wrong' })
  })

  test('rejects a taken port', async () => {
    const port = Number(new URL(stack.url).port)
    await expect(startStack({ root, port, env })).rejects.toMatchObject({ code: 'PORT_TAKEN' })
  })

  test('rejects a folder without serverless.yml', async () => {
    const started = startStack({ root: tmpdir(), port: 0, env })
    await expect(started).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' })
  })

  test('serves a route of IAM’s to those who sign, by the stack’s clock or the real one', async () => {
    const url = `${stack.url}/guarded`
    expect((await fetch(url)).status).toBe(403)
    await stack.advance(3_600_000)
    for (const now of [stack.clock(), systemClock()]) {
      expect((await fetch(url, { headers: signRequest({ method: 'GET', url }, now) })).status).toBe(200)
    }
  })

  test('leaves no handle open after close', async () => {
    const handles = () => process.getActiveResourcesInfo().filter((name) => /TCPServer|Worker|MessagePort/.test(name))
    const before = handles().length
    const other = await startStack({ root, port: 0, env })
    await post(other.url, 'x')
    await other.fork({ env: {} })
    expect(handles().length).toBeGreaterThan(before)
    await other.close()
    await expect.poll(() => handles().length).toBeLessThanOrEqual(before)
  })
})
