import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AwsStub, anAwsStub } from '../support/aws-stub.ts'
import { AES_KEY, APP_ID, aDelivery, TOKEN } from '../support/build.ts'
import { aServiceCopy } from '../support/service-copy.ts'

const APP_SECRET = '0123456789abcdef0123456789abcdef'
const SETTINGS = { WECHAT_APP_ID: APP_ID, WECHAT_TOKEN: TOKEN, WECHAT_ENCODING_AES_KEY: AES_KEY }
/** What a developer's shell may hold, and what no local command may use. */
const OWN_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'REAL', AWS_SECRET_ACCESS_KEY: 'real', AWS_SESSION_TOKEN: 'real' }

const PUT_ITEM = 'DynamoDB_20120810.PutItem'

const service = aServiceCopy()
const stackFile = join(service.folder, '.wx-stack.json')
let dynamo: AwsStub

beforeAll(async () => {
  dynamo = await anAwsStub(({ action }) => (action === PUT_ITEM ? {} : undefined))
  const { query, body } = aDelivery()
  const requestContext = { http: { method: 'POST' } }
  writeFileSync(join(service.folder, 'text.json'), JSON.stringify({ rawQueryString: query, body, requestContext }))
})

afterAll(() => {
  dynamo.close()
  service.remove()
})

describe('serverless invoke local', () => {
  const invoke = (args = '') =>
    service.serverless(`invoke local -f push -p text.json${args}`, { ...OWN_CREDENTIALS, WX_STACK_FILE: stackFile })
  const stackIs = (stack: object): void => writeFileSync(stackFile, JSON.stringify(stack))
  const env = () => ({
    ...SETTINGS,
    TABLE_NAME: 'table-of-the-stack',
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })

  beforeEach(() => rmSync(stackFile, { force: true }))

  test("takes an event however old to the running stack's table, with the stack's credentials", async () => {
    stackIs({ pid: process.pid, env: env() })
    const { code, stdout, output } = await invoke()
    expect(code, output).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200, body: 'success' })
    const input = expect.objectContaining({ TableName: 'table-of-the-stack' })
    expect(dynamo.calls).toEqual([{ action: PUT_ITEM, accessKey: 'local', input }])
  })

  test('lets --env have the last word', async () => {
    stackIs({ pid: process.pid, env: env() })
    const { stdout, output } = await invoke(' --env PUSH_RETENTION_HOURS=72')
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 401 })
    expect(output).toContain('PUSH_TOO_OLD')
  })

  test('says to run npm start when no stack runs', async () => {
    expect((await invoke()).output).toMatch(/STACK_NOT_RUNNING: .*npm start.*请先在另一个终端运行 npm start/)
  })

  test('says so too when the stack ended without tidying up', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    stackIs({ pid, env: env() })
    expect((await invoke()).output).toContain('STACK_NOT_RUNNING')
  })

  test('never goes to a table that is not on this machine', async () => {
    stackIs({
      pid: process.pid,
      env: { ...env(), AWS_ENDPOINT_URL_DYNAMODB: 'https://dynamodb.eu-west-1.amazonaws.com' },
    })
    const { code, output } = await invoke()
    expect(code).toBe(1)
    expect(output).toContain('STACK_FILE_UNKNOWN')
  })
})

describe('serverless deploy', () => {
  const deploy = (args: string, env = {}) =>
    service.serverless(args, { ...OWN_CREDENTIALS, AWS_ENDPOINT_URL: dynamo.url, ...env })

  test.each(['deploy', 'deploy function -f push'])('%s is refused without settings, which are named', async (args) => {
    const { code, output } = await deploy(args)
    expect(code).toBe(1)
    expect(output).toMatch(/SETTINGS_REFUSED: .*docs\/deploy\.md.*尚未部署/)
    for (const name of Object.keys(SETTINGS)) expect(output).toContain(name)
  })

  test('is refused with a newline behind the token, and the token is not shown', async () => {
    const { output } = await deploy('deploy', { ...SETTINGS, WECHAT_TOKEN: `${TOKEN}\n` })
    expect(output).toMatch(/WECHAT_TOKEN \(a blank or newline/)
    expect(output).not.toContain(TOKEN)
  })

  test('goes on to AWS with settings that a function starts with', async () => {
    const { output } = await deploy('deploy', { ...SETTINGS, WECHAT_APP_SECRET: APP_SECRET })
    expect(output).not.toContain('SETTINGS_REFUSED')
    expect(output).toContain('denied')
  })

  describe('with a function that needs Tencent IM', () => {
    const needed = aServiceCopy()

    beforeAll(() => {
      const handler = `import { loadSettings } from '../../shared/config/settings.ts'
loadSettings(process.env, 'imSdkAppId', 'imCallbackTokens')
export const handler = async () => ({ statusCode: 200 })`
      writeFileSync(join(needed.folder, 'functions/im/handler.ts'), handler)
    })

    afterAll(() => needed.remove())

    const deployed = (env: Readonly<Record<string, string>>) =>
      needed.serverless('deploy', {
        ...OWN_CREDENTIALS,
        AWS_ENDPOINT_URL: dynamo.url,
        ...SETTINGS,
        WECHAT_APP_SECRET: APP_SECRET,
        ...env,
      })

    test('goes on to AWS without it, and says what is left out', async () => {
      const { output } = await deployed({})
      expect(output).toMatch(/IM_SDK_APP_ID is not set: .*未设置 IM_SDK_APP_ID/)
      expect(output).toContain('denied')
    })

    test.each([
      [{ IM_SDK_APP_ID: '1400000001' }, 'IM_CALLBACK_TOKEN'],
      [{ IM_CALLBACK_TOKEN: 'CallbackToken' }, 'IM_SDK_APP_ID'],
    ])('is refused with %j alone, and names %s', async (env, missing) => {
      const { code, output } = await deployed(env)
      expect(code).toBe(1)
      expect(output).toMatch(/SETTINGS_REFUSED: .*would not start/)
      expect(output).toContain(`${missing} (missing`)
      expect(output).toMatch(/^function im: SETTINGS_INVALID/m)
    })
  })
})
