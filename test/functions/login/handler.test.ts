import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { APP_ID } from '../../support/build.ts'
import { SDK_APP_ID, SECRET_KEY } from '../../support/login.ts'

const BUNDLE = 'dist/login.cjs'
const settings = {
  WECHAT_APP_ID: APP_ID,
  WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef',
  IM_SDK_APP_ID: SDK_APP_ID,
  IM_SECRET_KEY: SECRET_KEY.reveal(),
  TABLE_NAME: 'weapp-push-test',
  AWS_REGION: 'us-east-1',
}

/** Starts the built bundle as Lambda does, alone with this environment, and runs one event if it gets as far. */
function start(env: Readonly<Record<string, string>>, event: object = {}) {
  const script = `require('./${BUNDLE}').handler(${JSON.stringify(event)}).then((answer) => console.log(JSON.stringify(answer)))`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', script], {
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe(BUNDLE, () => {
  it('refuses to start without settings and names them all in one message', () => {
    const { status, stderr } = start({})
    expect(status).toBe(1)
    const message = stderr.split('\n').find((line) => line.includes('SETTINGS_INVALID settings='))
    for (const name of Object.keys(settings).filter((name) => name !== 'AWS_REGION')) {
      expect(message).toContain(`${name} (missing; 未设置)`)
    }
  })

  it('refuses to start with an AppSecret that is none, and does not show it', () => {
    const { status, stderr } = start({ ...settings, WECHAT_APP_SECRET: 'secret!' })
    expect(status).toBe(1)
    expect(stderr).toContain('SETTINGS_INVALID settings=WECHAT_APP_SECRET')
    expect(stderr).not.toContain('secret!')
  })

  it('starts with settings and refuses what has not the form of a login, without a table or WeChat', () => {
    const { status, stdout, stderr } = start(settings, { requestContext: { http: { method: 'POST' } }, body: '{}' })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
      body: expect.stringContaining('REQUEST_INVALID'),
    })
    expect(JSON.parse(stderr)).toMatchObject({ event: 'login.refused', reason: 'REQUEST_INVALID', what: 'code' })
  })
})
