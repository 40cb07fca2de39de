import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { AES_KEY, APP_ID, TOKEN } from '../../support/build.ts'

const BUNDLE = 'dist/push.cjs'
const settings = {
  WECHAT_APP_ID: APP_ID,
  WECHAT_TOKEN: TOKEN,
  WECHAT_ENCODING_AES_KEY: AES_KEY,
  TABLE_NAME: 'weapp-push-test',
  AWS_REGION: 'us-east-1',
}

/** Starts the built bundle as Lambda does, alone with this environment, and runs one event if it gets as far. */
function start(env: Readonly<Record<string, string>>, event: object = {}) {
  const script = `require('./${BUNDLE}').handler(${JSON.stringify(event)}).then((answer) => console.log(JSON.stringify(answer)))`
  // The AWS SDK warns of Node 20, which is none of the bundle's doing.
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', script], {
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe(BUNDLE, () => {
  it('refuses to start without settings and names them all in one message', () => {
    const { status, stdout, stderr } = start({})
    expect(status).toBe(1)
    expect(stdout).toBe('')
    const message = stderr.split('\n').find((line) => line.includes('SETTINGS_INVALID settings='))
    for (const name of ['WECHAT_APP_ID', 'WECHAT_TOKEN', 'WECHAT_ENCODING_AES_KEY', 'TABLE_NAME']) {
      expect(message).toContain(`${name} (missing; 未设置)`)
    }
  })

  it('refuses to start with an empty Token', () => {
    const { status, stderr } = start({ ...settings, WECHAT_TOKEN: '' })
    expect(status).toBe(1)
    expect(stderr).toContain('SETTINGS_INVALID settings=WECHAT_TOKEN (missing; 未设置):')
  })

  it('refuses to start with a key that is one letter short, and does not show it', () => {
    const { status, stderr } = start({ ...settings, WECHAT_ENCODING_AES_KEY: AES_KEY.slice(1) })
    expect(status).toBe(1)
    expect(stderr).toContain('SETTINGS_INVALID settings=WECHAT_ENCODING_AES_KEY (exactly 43')
    expect(stderr).not.toContain(AES_KEY.slice(1))
  })

  it('starts with settings and refuses what is not signed: the answer on one stream, the reason on the other', () => {
    const { status, stdout, stderr } = start(settings, { requestContext: { http: { method: 'POST' } }, body: '{}' })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ statusCode: 401, headers: {}, body: '' })
    expect(JSON.parse(stderr)).toMatchObject({
      event: 'push.refused',
      reason: 'QUERY_INCOMPLETE',
      parameter: 'timestamp',
    })
  })

  it('writes nothing of a refusal at LOG_LEVEL=error', () => {
    const { stdout, stderr } = start({ ...settings, LOG_LEVEL: 'error' })
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 400 })
    expect(stderr).toBe('')
  })

  it('counts that refusal all the same where metrics have a namespace', () => {
    const { stderr } = start({ ...settings, LOG_LEVEL: 'silent', METRICS_NAMESPACE: 'weapp-push-test' })
    expect(JSON.parse(stderr)).toMatchObject({
      reason: 'METHOD_UNKNOWN',
      RefusedPushes: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: 'weapp-push-test', Dimensions: [['reason']] }] },
    })
  })
})
