import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { useStack } from './process.ts'

const { folder, env, stack } = useStack()

/** The command of the README, as it stands there. */
async function invokeLocal(file: string, variables: Readonly<Record<string, string>> = env) {
  const child = spawn(resolve('node_modules/.bin/serverless'), ['invoke', 'local', '-f', 'push', '-p', file], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const [status] = await once(child, 'close')
  return { status, stdout, stderr }
}

const REFUSED = ['forged.json']

describe('serverless invoke local', () => {
  test.each(readdirSync('test/events'))('answers %s', { timeout: 60_000 }, async (name) => {
    const { status, stdout, stderr } = await invokeLocal(`test/events/${name}`)
    expect(status, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: REFUSED.includes(name) ? 401 : 200 })
  })

  test('leaves what it accepted in the table of the running stack', async () => {
    const pushes = await (await fetch(`${stack().url}/_dev/pushes`)).json()
    expect((pushes as { kind: string }[]).map(({ kind }) => kind).sort()).toEqual([
      'image',
      'miniprogrampage',
      'subscribe_msg_popup_event',
      'text',
      'user_enter_tempsession',
      'xpay_goods_deliver_notify',
    ])
  })

  test('says to start the stack when none runs', { timeout: 60_000 }, async () => {
    const { status, stdout, stderr } = await invokeLocal('test/events/text.json', {
      WX_STACK_FILE: join(folder, 'none.json'),
    })
    expect(status).not.toBe(0)
    expect(stdout + stderr).toContain('npm start')
  })
})
