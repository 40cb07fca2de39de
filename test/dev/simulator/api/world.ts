import { afterEach } from 'vitest'
import { startWeChatApi, type WeChatApi, type WeChatApiOptions } from '../../../../dev/simulator/api/wechat-api.ts'
import type { Seconds } from '../../../../shared/kernel/time.ts'
import { readWire, type WireDraft, writeWire } from '../../../../shared/wechat/wire.ts'
import { APP_ID, aClock, OPEN_ID } from '../../../support/build.ts'

export const SECRET = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'

export interface Reply {
  readonly status: number
  readonly type: string | null
  readonly text: string
  /** The JSON, or `{}`. */
  readonly says: Readonly<Record<string, unknown>>
}

export interface World {
  readonly api: WeChatApi
  readonly clock: ReturnType<typeof aClock>
  advance(by: number): void
  get(path: string, query?: Readonly<Record<string, string>>): Promise<Reply>
  post(path: string, body: unknown, query?: Readonly<Record<string, string>>): Promise<Reply>
  /** The same with a token. */
  call(path: string, body?: unknown): Promise<Reply>
  token(): Promise<string>
}

const open = new Set<WeChatApi>()
afterEach(async () => {
  for (const api of open) await api.close()
  open.clear()
})

/** A simulated WeChat API that ends with the test. */
export async function aWorld(options: Partial<WeChatApiOptions> = {}): Promise<World> {
  const clock = aClock()
  const api = await startWeChatApi({ account: { appId: APP_ID, appSecret: SECRET }, clock, ...options })
  open.add(api)
  const at = (path: string, query: Readonly<Record<string, string>> = {}): string =>
    `${api.url}${path}?${new URLSearchParams(query)}`
  const get: World['get'] = async (path, query) => reply(await fetch(at(path, query)))
  const post: World['post'] = async (path, body, query) =>
    reply(
      await fetch(at(path, query), { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    )
  const token = async (): Promise<string> => String((await askToken({ post })).says.access_token)
  const call: World['call'] = async (path, body) => {
    const query = { access_token: await token() }
    return body === undefined ? get(path, query) : post(path, body, query)
  }
  return { api, clock, advance: (by) => clock.advance(by as Seconds), get, post, call, token }
}

export const TOKEN_REQUEST = { grant_type: 'client_credential', appid: APP_ID, secret: SECRET }

export const askToken = (
  { post }: Pick<World, 'post'>,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Reply> => post('/cgi-bin/stable_token', { ...TOKEN_REQUEST, ...changes })

async function reply(response: Response): Promise<Reply> {
  const text = await response.text()
  const says = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: response.status, type: response.headers.get('content-type'), text, says }
}

/** A push of this kind, as WeChat sent it. */
export const observed = (api: WeChatApi, kind: string, draft: WireDraft = {}, openId = OPEN_ID): void =>
  api.observe({ openId, kind, fields: readWire(writeWire('json', { FromUserName: openId, ...draft })).fields })

/** What a user did with popups, in the order of the statuses. */
export function popup(api: WeChatApi, templateId: string, ...statuses: readonly string[]): void {
  for (const status of statuses) {
    const List = { TemplateId: templateId, SubscribeStatusString: status, PopupScene: '0' }
    observed(api, 'subscribe_msg_popup_event', { List })
  }
}
