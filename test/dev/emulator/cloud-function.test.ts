import { describe, expect, test } from 'vitest'
import { aFunction } from '../../support/cloud.ts'

const main = (body: string): string => `exports.main = async (event, context) => { ${body} }`
const WARM = `let calls = 0; ${main('return { calls: ++calls, pid: process.pid, event }')}`

describe('a cloud function', () => {
  test('answers what main returns, and stays warm', async () => {
    const fn = aFunction(WARM)
    const [pid] = [expect.any(Number)]
    expect(await fn.invoke({ a: '你好' })).toEqual({ result: { calls: 1, pid, event: { a: '你好' } } })
    expect(await fn.invoke({})).toMatchObject({ result: { calls: 2 } })
    expect(fn.pids()).toHaveLength(1)
  })

  test('runs in a second instance while the first is at work', async () => {
    const fn = aFunction(
      `let calls = 0; ${main('calls++; await new Promise((later) => setTimeout(later, 100)); return calls')}`,
    )
    expect(await Promise.all([fn.invoke({}), fn.invoke({})])).toEqual([{ result: 1 }, { result: 1 }])
    expect(fn.pids()).toHaveLength(2)
    expect(await fn.invoke({})).toEqual({ result: 2 })
  })

  test('sees PATH, what it was started with, and what the invocation says, and no more', async () => {
    const fn = aFunction(main('return process.env'), { environment: { FIXED: 'f' } })
    const fixed = { PATH: expect.any(String), NODE_PATH: expect.any(String), TENCENTCLOUD_RUNENV: 'SCF', FIXED: 'f' }
    const result = async (environment: Record<string, string>) => {
      const outcome = await fn.invoke({}, environment)
      const {
        NODE_CHANNEL_FD: _,
        NODE_CHANNEL_SERIALIZATION_MODE: __,
        ...seen
      } = 'result' in outcome ? Object(outcome.result) : {}
      return seen
    }
    expect(await result({ WHO: 'a', ONCE: '1' })).toEqual({ ...fixed, WHO: 'a', ONCE: '1' })
    expect(await result({ WHO: 'b' })).toEqual({ ...fixed, WHO: 'b' })
  })

  test('is handed the context of SCF', async () => {
    const fn = aFunction(main('return context'), { timeoutMs: 5000 })
    expect(await fn.invoke({}, { SCF_NAMESPACE: 'env-1' })).toMatchObject({
      result: { time_limit_in_ms: 5000, namespace: 'env-1', request_id: expect.any(String), memory_limit_in_mb: 256 },
    })
  })

  test('has been heard by the time it answers', async () => {
    let heard = ''
    const onLog = (text: string): void => {
      heard += text
    }
    const fn = aFunction(
      main(`
        if (event.n % 50 === 0) console.log('x'.repeat(300000))
        console.log(event.n + ' out')
        console.error(event.n + ' err')`),
      { onLog },
    )
    for (let n = 0; n < 300; n += 1) {
      heard = ''
      await fn.invoke({ n })
      expect([heard.includes(`${n} out\n`), heard.includes(`${n} err\n`)]).toEqual([true, true])
    }
  })

  test('that throws says what', async () => {
    const fn = aFunction(main(`throw Object.assign(new TypeError('no'), { errCode: 45015 })`))
    expect(await fn.invoke({})).toMatchObject({ error: { name: 'TypeError', message: 'no', errCode: 45015 } })
    expect(fn.pids()).toHaveLength(1)
  })

  test.each([
    ['a circle', 'const o = {}; o.o = o; return o'],
    ['a number that JSON does not have', 'return 1n'],
  ])('that returns %s fails', async (_, body) => {
    expect(await aFunction(main(body)).invoke({})).toMatchObject({ error: { name: 'TypeError' } })
  })

  test('that returns nothing answers null', async () => {
    expect(await aFunction(main('')).invoke({})).toEqual({ result: null })
  })

  test.each([
    ['waits', 'await new Promise(() => setInterval(() => {}, 1000))'],
    ['turns in a circle', 'for (;;);'],
  ])('that %s is killed at its limit, and the next one starts cold', async (_, body) => {
    const fn = aFunction(`let calls = 0; ${main(`calls++; if (event.stay) { ${body} } return calls`)}`, {
      timeoutMs: 500,
    })
    expect(await fn.invoke({})).toEqual({ result: 1 })
    expect(await fn.invoke({ stay: true })).toEqual({ timedOut: true })
    expect(await fn.invoke({})).toEqual({ result: 1 })
  })

  test('whose process ends says how', async () => {
    const fn = aFunction(main('process.exit(3)'))
    expect(await fn.invoke({})).toEqual({ crashed: { code: 3, signal: null } })
    expect(
      await aFunction(main(`process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})`)).invoke({}),
    ).toEqual({
      crashed: { code: null, signal: 'SIGKILL' },
    })
  })

  test('dies of a rejection that nobody awaits, as it does in the cloud', async () => {
    const fn = aFunction(
      main(`Promise.reject(new Error('lost')); await new Promise((later) => setTimeout(later, 10_000))`),
    )
    expect(await fn.invoke({})).toEqual({ crashed: { code: 1, signal: null } })
  })

  test.each([
    ['does not load', `throw new Error('broken')`, /broken/],
    ['has no main', 'exports.other = 1', /no function named main/],
  ])('that %s says so', async (_, index, message) => {
    expect(await aFunction(index).invoke({})).toMatchObject({ error: { message: expect.stringMatching(message) } })
  })

  test('writes its log line by line, also what it does after its answer', async () => {
    const log: string[] = []
    const body = `console.log('during'); setTimeout(() => console.log('after'), 20); return 1`
    const fn = aFunction(main(body), { onLog: (text) => log.push(text) })
    expect(await fn.invoke({})).toEqual({ result: 1 })
    await expect.poll(() => log.join('')).toBe('during\nafter\n')
  })

  test.each([
    ['a name', `require('http').get('http://metadata.example/')`, 'metadata.example'],
    ['a name by promise', `await require('dns').promises.lookup('metadata.example')`, 'metadata.example'],
    ['an address', `require('net').connect(80, '192.0.2.1')`, '192.0.2.1'],
    ['an address by url', `require('http').get('http://192.0.2.1/')`, '192.0.2.1'],
  ])('finds nothing beyond this machine by %s, and it is noted', async (_, call, host) => {
    const body = `return await new Promise(async (done) => { try { (${call}).on('error', ({ code }) => done(code)) } catch ({ code }) { done(code) } })`
    const fn = aFunction(main(body))
    expect(await fn.invoke({})).toEqual({ result: 'ENOTFOUND' })
    expect(fn.strangers()).toEqual([host])
  })
})
