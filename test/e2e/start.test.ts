import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startProcess } from './process.ts'

const folder = mkdtempSync(join(tmpdir(), 'start-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What `npm start` says until its stories are told. */
async function toldBy(env: Readonly<Record<string, string>>): Promise<string> {
  const { output, stop } = await startProcess([], { WX_STACK_FILE: join(folder, 'stack.json'), ...env })
  await expect.poll(output, { timeout: 20_000 }).toMatch(/Ctrl-C stops everything|✗/)
  expect(await stop()).toBe(0)
  return output()
}

const NOTICES = 'Tencent IM (simulated): somebody is missed'

describe('npm start', () => {
  test('says where everything is, and tells how a message is pushed and how one is missed', async () => {
    const output = await toldBy({})
    for (const path of ['push', 'im', 'login', 'send', '_dev/outbox'])
      expect(output).toMatch(new RegExp(`  http://127\\.0\\.0\\.1:\\d+/${path}\\b`))
    expect(output).not.toContain('✗')
    expect(output).toContain('WeChat (simulated) says hello')
    expect(output).toMatch(new RegExp(`${NOTICES.replace(/[()]/g, '\\$&')}[^✗]*xiaoli、xiaowang[^✗]*Ctrl-C`))
  })

  test.each([
    ['another IM', { IM_API_BASE: 'http://127.0.0.1:9' }],
    ['quiet hours', { QUIET_HOURS: '22:00-08:00' }],
  ])('tells nobody of notices with %s', async (_, env) => {
    const output = await toldBy(env)
    expect(output).toContain('WeChat (simulated) says hello')
    expect(output).not.toContain(NOTICES)
  })
})
