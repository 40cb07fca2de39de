import type { Clock } from '../../../shared/kernel/time.ts'
import { scalarOf, type WireTree } from '../../../shared/wechat/wire.ts'
import { type Answer, refused } from './answer.ts'
import type { ApiCall, Members } from './call.ts'
import { type CloudFiles, cloudCall } from './cloud-call.ts'
import type { ApiAccount } from './credentials.ts'
import { customMessages } from './custom-message.ts'
import { type Delivered, deliveries } from './delivered.ts'
import { laterTurns } from './later-turns.ts'
import { logins } from './login.ts'
import { media } from './media.ts'
import { callbackAddresses, checkCallback } from './network.ts'
import { permits } from './permit.ts'
import { Refusal } from './refusal.ts'
import { answerOf, get, post, type Route, withSecret } from './routes.ts'
import { type ApiServer, startApiServer } from './server.ts'
import { subscribeMessages } from './subscribe-message.ts'
import { DEFAULT_TEMPLATES, type Template } from './template.ts'
import { templateCalls } from './template-calls.ts'
import type { TokenFault } from './token.ts'
import { tokenCalls } from './token-calls.ts'
import { type WindowState, windows } from './window.ts'

export interface WeChatApiOptions {
  readonly account: ApiAccount
  readonly clock: Clock
  /** 0, which is the default, takes a free one. */
  readonly port?: number
  /** Hears the JSON body of an event that WeChat pushes: the result of a subscribe message. */
  readonly pushBack?: (text: string) => void
  readonly templates?: readonly Template[]
  /** Paths that the published version has; without it any path that could be one. */
  readonly pages?: readonly string[]
  /** The console's IP白名单; without it anybody may ask for a token. */
  readonly allowedIps?: readonly string[]
  /** How long every answer takes, by real time: sends are concurrent only while they last. */
  readonly latencyMs?: number
}

/** A push that WeChat has sent. */
interface ObservedPush {
  readonly openId: string
  /** MsgType, or Event of an event. */
  readonly kind: string
  /** As pushed, in WeChat's spelling. */
  readonly fields: WireTree
}

/** A person, as WeChat sees them. */
interface PersonState {
  /** By template, how often it was allowed and not used; a long-term one is not used up. */
  readonly permits: Readonly<Record<string, number>>
  readonly window: WindowState
}

/** `api.weixin.qq.com` on 127.0.0.1, as far as a mini program's messages need it. It keeps WeChat's rules, not ours. */
export interface WeChatApi extends Omit<ApiServer, 'take'> {
  /** A POST that WeChat's cloud makes for a cloud function, which needs no token; `undefined`: no answer ever comes. */
  call(path: string, members: Members, files?: CloudFiles): Promise<Answer | undefined>
  /** Windows open, permits count, media become known. */
  observe(push: ObservedPush): void
  templates(): readonly Template[]
  state(openId: string): PersonState
  /** What the person sees, oldest first. */
  delivered(openId: string): readonly Delivered[]
  /** What `wx.login` gives: a js_code, good for one use within five minutes. */
  login(openId: string, unionId?: string): string
  /** From now on jscode2session refuses this person: 40226. */
  block(openId: string): void
  /** From now on the person has allowed the template so often. */
  allow(openId: string, templateId: string, count: number): void
  /** Every token ends now and is answered with this, 42001 unless said otherwise. */
  expireToken(fault?: TokenFault): void
}

/** @throws {StackError} PORT_TAKEN */
export async function startWeChatApi(options: WeChatApiOptions): Promise<WeChatApi> {
  const { account, clock, port = 0, pushBack = () => undefined, latencyMs = 0 } = options
  const soon = laterTurns()
  const people = { windows: windows(clock), permits: permits(), deliveries: deliveries(clock), media: media(clock) }
  const tokens = tokenCalls(account, clock, options.allowedIps)
  const login = logins(account, clock)
  const templates = templateCalls(options.templates ?? DEFAULT_TEMPLATES)
  const custom = customMessages(people.windows, people.media, people.deliveries)
  const subscribe = subscribeMessages({
    ...people,
    clock,
    templateOf: templates.find,
    pages: options.pages,
    originalId: account.originalId ?? 'gh_0a1b2c3d4e5f',
    pushSoon: (text) => soon.run(() => pushBack(text)),
  })

  const routes: Readonly<Record<string, Route>> = {
    '/cgi-bin/stable_token': withSecret(post(tokens.stable)),
    '/cgi-bin/token': withSecret(get(tokens.classic)),
    '/sns/jscode2session': withSecret(get(login.session)),
    '/cgi-bin/message/custom/send': post(custom.send),
    '/cgi-bin/message/custom/typing': post(custom.typing),
    '/cgi-bin/message/subscribe/send': post(subscribe.send),
    '/cgi-bin/media/upload': post(people.media.upload),
    '/cgi-bin/media/get': get(people.media.get),
    '/wxaapi/newtmpl/gettemplate': get(templates.list),
    '/wxaapi/newtmpl/getcategory': get(templates.categories),
    '/wxaapi/newtmpl/getpubtemplatetitles': get(templates.titles),
    '/wxaapi/newtmpl/getpubtemplatekeywords': get(templates.keywords),
    '/wxaapi/newtmpl/addtemplate': post(templates.add),
    '/wxaapi/newtmpl/deltemplate': post(templates.remove),
    '/cgi-bin/getcallbackip': get(callbackAddresses),
    '/cgi-bin/callback/check': post(checkCallback),
  }
  const fromCloud = new WeakSet<ApiCall>()
  const checkToken = (call: ApiCall): void => {
    if (!fromCloud.has(call)) tokens.check(call)
  }
  const { take, ...server } = await startApiServer({
    clock,
    port,
    latencyMs,
    answerTo: (call) => answerOf(call, { clock, routes, checkToken }),
    refusedWith: (errcode) => refused(new Refusal(errcode), clock()),
  })

  return {
    ...server,
    observe,
    call: async (path, members, files) => {
      const call = await cloudCall(path, members, files)
      fromCloud.add(call)
      return take(call)
    },
    templates: templates.all,
    state: (openId) => ({ permits: people.permits.of(openId), window: people.windows.state(openId) }),
    delivered: people.deliveries.to,
    login: login.login,
    block: login.block,
    allow: people.permits.set,
    expireToken: (fault = 42001) => tokens.expire(fault),
    close: async () => {
      soon.close()
      await server.close()
    },
  }

  function observe({ openId, kind, fields }: ObservedPush): void {
    people.permits.hear(openId, kind, fields)
    if (kind === 'user_enter_tempsession') people.windows.entered(openId)
    if (!USER_MESSAGES.includes(kind)) return
    people.windows.wrote(openId)
    for (const name of ['MediaId', 'ThumbMediaId']) people.media.received(scalarOf(fields[name]))
  }
}

const USER_MESSAGES: readonly string[] = ['text', 'image', 'miniprogrampage']
