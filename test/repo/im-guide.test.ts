import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import type { OpenId } from '../../shared/kernel/ids.ts'
import { hours, seconds } from '../../shared/kernel/time.ts'
import type { CodeToSession } from '../../shared/wechat/session.ts'
import { OPEN_ID } from '../support/build.ts'
import { aLogin, type Login } from '../support/login.ts'

const GUIDE = readFileSync('docs/im.md', 'utf8')
const BLOCKS = new Map(
  [...GUIDE.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)].map(([, path = '', code = '']) => [path, code]),
)

type Handler = (event: { readonly data: { readonly type: string } }) => void

/** What the code of the guide needs of WeChat's client and of the SDK, which notes what it is told. */
function aPhone(backend: Login, { codes = [] as string[] } = {}) {
  const said: unknown[][] = []
  const listeners = new Map<string, Handler>()
  let code = 0
  const wx = {
    login: async () => ({ code: codes.shift() ?? `code-${++code}` }),
    request: (asked: Asked) => {
      said.push(['POST', asked.data])
      const sent = backend.send({ method: asked.method, body: JSON.stringify(asked.data) })
      void sent.then(({ status, body }) => asked.success({ statusCode: status, data: JSON.parse(body) }), asked.fail)
    },
  }
  const chat = {
    setLogLevel: () => undefined,
    on: (event: string, handler: Handler) => void listeners.set(event, handler),
    login: async (as: object) => void said.push(['login', as]),
    logout: async () => void said.push(['logout']),
  }
  const sdk = {
    create: (options: object) => {
      said.push(['create', options])
      return chat
    },
    EVENT: { KICKED_OUT: 'kickedOut' },
    TYPES: { KICKED_OUT_USERSIG_EXPIRED: 'userSigExpired', KICKED_OUT_MULT_DEVICE: 'multipleDevice' },
  }
  const now = { now: () => backend.clock() }
  const { connect } = loaded('miniprogram/utils/chat.js', { wx, Date: now, console }, { '@tencentcloud/chat': sdk })
  const kick = (type: string) => listeners.get('kickedOut')?.({ data: { type } })
  /** What has happened since it was asked last. */
  const happened = () => said.splice(0)
  return { connect: connect as () => Promise<unknown>, kick, happened, chat }
}

interface Asked {
  readonly method: string
  readonly data: object
  readonly success: (answer: object) => void
  readonly fail: (failure: unknown) => void
}

/** What a file of the guide exports, compiled as the developer tools do. */
function loaded(path: string, globals: object, modules: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2018, esModuleInterop: true }
  const { outputText } = ts.transpileModule(BLOCKS.get(path) ?? '', { compilerOptions })
  const exports: Record<string, unknown> = {}
  runInNewContext(outputText, { ...globals, exports, require: (name: string) => modules[name] })
  return exports
}

const ME: CodeToSession = async () => ({ openId: OPEN_ID as OpenId })

describe('docs/im.md', () => {
  it('holds three files for the mini program', () => {
    expect([...BLOCKS.keys()]).toEqual([
      'miniprogram/utils/chat.js',
      'miniprogram/app.js',
      'miniprogram/pages/chat/chat.js',
    ])
  })

  it('logs in to IM with what /login gives, once for calls that come together', async () => {
    const { connect, happened, chat } = aPhone(aLogin({ session: ME }))
    const connected = await Promise.all([connect(), connect()])
    expect(connected).toEqual([chat, chat])
    const as = { userID: expect.stringMatching(/^u/), userSig: expect.any(String) }
    expect(happened()).toEqual([
      ['POST', { code: 'code-1' }],
      ['create', { SDKAppID: 1_400_000_001 }],
      ['login', as],
    ])
    await connect()
    expect(happened()).toEqual([])
  })

  it('takes another UserSig on its last day, and not before', async () => {
    const backend = aLogin({ session: ME })
    const { connect, happened } = aPhone(backend)
    await connect()
    happened()
    backend.clock.advance(seconds(hours(6 * 24) - 1))
    await connect()
    expect(happened()).toEqual([])
    backend.clock.advance(seconds(1))
    await connect()
    expect(happened().map(([what]) => what)).toEqual(['POST', 'logout', 'login'])
  })

  it('tries a code that is refused once more with another one', async () => {
    const backend = aLogin({ session: ME })
    await backend.login('used')
    const { connect, happened } = aPhone(backend, { codes: ['used'] })
    await connect()
    expect(happened().map(([what]) => what)).toEqual(['POST', 'POST', 'create', 'login'])
  })

  it('gives up after that, and begins anew with the next call', async () => {
    const backend = aLogin({ session: ME })
    await backend.login('used')
    const { connect, happened } = aPhone(backend, { codes: ['used', 'used'] })
    await expect(connect()).rejects.toThrow('login: 401 LOGIN_REFUSED')
    expect(happened()).toHaveLength(2)
    await connect()
    expect(happened().map(([what]) => what)).toEqual(['POST', 'create', 'login'])
  })

  it('logs in again after its UserSig has expired, and after a login elsewhere not by itself', async () => {
    const { connect, kick, happened } = aPhone(aLogin({ session: ME }))
    await connect()
    happened()
    kick('multipleDevice')
    expect(happened()).toEqual([])
    await connect()
    expect(happened().map(([what]) => what)).toEqual(['login'])
    kick('userSigExpired')
    await connect()
    expect(happened().map(([what]) => what)).toEqual(['POST', 'login'])
  })

  it('connects whenever the mini program is shown', () => {
    const calls: string[] = []
    const app: { onShow?: () => void } = {}
    const App = (given: object) => Object.assign(app, given)
    const connect = async () => void calls.push('connect')
    loaded('miniprogram/app.js', { App, console }, { './utils/chat': { connect } })
    app.onShow?.()
    app.onShow?.()
    expect(calls).toHaveLength(2)
  })

  it('asks for a permit before anything else in the tap, and says how it went', () => {
    const asked: { readonly tmplIds: readonly string[]; readonly success: (result: object) => void }[] = []
    const shown: object[] = []
    const page = { remindMe: () => undefined as unknown, setData: (data: object) => void shown.push(data) }
    const wx = { requestSubscribeMessage: (options: (typeof asked)[number]) => void asked.push(options) }
    loaded('miniprogram/pages/chat/chat.js', { Page: (given: object) => Object.assign(page, given), wx, console }, {})
    expect(page.remindMe()).toBeUndefined()
    const [popup] = asked
    const [template = ''] = popup?.tmplIds ?? []
    popup?.success({ [template]: 'accept' })
    popup?.success({ [template]: 'reject' })
    expect(shown).toEqual([{ isAsked: true }, { isAsked: false }])
    expect(GUIDE).toContain('bindtap="remindMe"')
  })

  it('names the status of every code', () => {
    for (const [code, status] of [
      ['REQUEST_INVALID', 400],
      ['BODY_TOO_LARGE', 413],
      ['LOGIN_REFUSED', 401],
      ['LOGIN_TOO_OFTEN', 429],
      ['WECHAT_UNREACHABLE', 500],
    ] as const) {
      expect(GUIDE).toContain(`| ${status} | \`${code}\``)
    }
  })
})
