import { PUSH_MODES, type PushMode } from '../../shared/kernel/push-mode.ts'
import { hours, seconds, toSeconds } from '../../shared/kernel/time.ts'
import { FORMATS, type Format } from '../../shared/wechat/wire.ts'
import { deliver } from '../simulator/delivery.ts'
import { DEMO, SEND_ONCE } from './demo.ts'
import { END_SCENE, KILLED_WHILE_SENDING, WECHAT_DOWN, WRONG_IP } from './failures.ts'
import { FORGOTTEN } from './forgotten.ts'
import { GROUP_MENTION, NIGHT, PERMIT_SPENT } from './notice-limits.ts'
import { COMES_BACK, LOOKS_ONLINE, OFFLINE_BURST } from './notices.ts'
import { PERMITS } from './permits.ts'
import { REPLIES, replyScene, welcomeScene } from './replies.ts'
import { expected, type Scenario, type Scene } from './scenario.ts'
import {
  acceptedScene,
  changeEncrypt,
  changeSignatures,
  onlyTry,
  recordOf,
  refusedScene,
  rewriteQuery,
  tripleScene,
  verifyScene,
} from './scenes.ts'

const MODE_NAMES = { plaintext: '明文', compatible: '兼容', safe: '安全' } as const

/** The scene before a receiver that is set so. */
const receivedIn = (mode: PushMode, { title, play }: Scene): Scene => ({
  title,
  play: async (world) => await play(mode === world.mode ? world : await world.fork({ WECHAT_PUSH_MODE: mode })),
})

const modeScenes: readonly Scene[] = PUSH_MODES.flatMap((mode) =>
  FORMATS.map((format) => {
    const title = [`${MODE_NAMES[mode]} ${format.toUpperCase()}`, `a receiver in ${mode} mode, ${format}`] as const
    return receivedIn(mode, acceptedScene(title, 'text', mode, format))
  }),
)

/** The function dies at the worst moment; WeChat tries again, and the push is there once. */
const killScene = (format: Format): Scene => ({
  title: [`写入后、应答前进程被杀 ${format.toUpperCase()}`, `killed after the write, before the answer, ${format}`],
  async play(world) {
    const written = world.write('text', format)
    world.killAtNextWrite()
    const tries = await world.push(written)
    const verdicts = tries.map(({ verdict }) => verdict.kind).join(', ')
    expected(verdicts === 'unanswered, delivered', `the tries were ${verdicts}`)
    const record = await recordOf(world, written)
    expected(record?.deliveries === 2, `${record?.deliveries ?? 0} deliveries of one item`)
    return `POST ${tries.map(({ status }) => status).join(' ')}  accepted once 只接收一次`
  },
})

const handOver: Scene = {
  title: ['用户发“人工”', 'the user asks for a human agent'],
  async play(world) {
    const { verdict, status } = onlyTry(await world.push('text_human_agent'))
    const fields = verdict.kind === 'delivered' ? verdict.fields : undefined
    expected(fields?.MsgType === 'transfer_customer_service', `answered ${status} without transfer_customer_service`)
    return `POST ${status}  transfer_customer_service${world.mode === 'plaintext' ? '' : ', sealed 加密'}`
  },
}

/** WeChat has one pair of secrets while we already know both. */
const rotationScene = (first: 'ours' | 'another'): Scene => ({
  title:
    first === 'ours'
      ? ['新密钥已生效', 'WeChat uses the new pair']
      : ['旧密钥仍在使用', 'WeChat still uses the old pair'],
  async play(world) {
    const { token, key } = world.account
    const tokens = [token.reveal(), 'AnotherToken']
    const keys = [key.reveal().toString('base64').slice(0, 43), 'n'.repeat(43)]
    const inOrder = (secrets: readonly string[]): string =>
      (first === 'ours' ? secrets : secrets.toReversed()).join(',')
    const env = { WECHAT_TOKEN: inOrder(tokens), WECHAT_ENCODING_AES_KEY: inOrder(keys) }
    return await handOver.play(await world.fork(env))
  },
})

const FORGERIES: readonly Scene[] = [
  refusedScene(['签名被改', 'a digit of the signature changed'], changeSignatures),
  refusedScene(['密文被改', 'a letter of Encrypt changed'], changeEncrypt),
  refusedScene(
    ['用 signature 冒充 msg_signature', 'signature in the place of msg_signature'],
    rewriteQuery((members) => members.set('msg_signature', members.get('signature') ?? '')),
  ),
  refusedScene(['安全模式收到明文', 'in clear, though the mode is safe'], (delivery) => delivery, 'plaintext'),
  refusedScene(
    ['查询参数重复', 'a query parameter twice'],
    rewriteQuery((members) => members.append('nonce', '1')),
  ),
  {
    title: ['重放四天前的推送', 'a push of four days ago'],
    async play(world) {
      const { text } = world.write('text')
      const now = seconds(toSeconds(world.clock()) - hours(4 * 24))
      const stale = deliver(world.account, text, { mode: 'safe', now })
      return await refusedScene(['', ''], () => stale).play(world)
    },
  },
]

/** What `npm start` plays. */
export const STORY: Scenario = {
  summary: ['第一次运行', 'the first look'],
  scenes: [
    verifyScene,
    acceptedScene(['用户发来文本', 'a text'], 'text'),
    replyScene('订单 20260002', 'a handler looks up an order', ['text']),
    replyScene('海报', 'two messages, one a picture', ['text', 'image']),
    acceptedScene(['用户发来图片（XML）', 'an image, as XML'], 'image', undefined, 'xml'),
    acceptedScene(['用户发来小程序卡片', 'a mini-program card'], 'miniprogrampage', 'compatible'),
    welcomeScene,
    acceptedScene(['用户同意订阅消息', 'the subscribe popup'], 'subscribe_msg_popup_event', undefined, 'xml'),
    handOver,
    ...modeScenes,
    tripleScene('json'),
    refusedScene(['伪造的推送', 'a forged push'], changeSignatures),
  ],
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'first-look': STORY,
  'every-mode': { summary: ['三种加密方式 × 两种格式', 'every mode, every format'], scenes: modeScenes },
  'duplicate-push': { summary: ['微信重试', 'WeChat tries again'], scenes: FORMATS.map(tripleScene) },
  'forged-push': {
    summary: ['伪造与重放', 'forgeries and replays'],
    scenes: FORGERIES.map((scene) => receivedIn('safe', scene)),
  },
  'killed-process': { summary: ['进程被杀', 'the process dies'], scenes: FORMATS.map(killScene) },
  rotation: {
    summary: ['Token 与密钥轮换', 'secrets are replaced'],
    scenes: [rotationScene('another'), rotationScene('ours')],
  },
  'human-agent': { summary: ['转人工客服', 'over to a human agent'], scenes: [handOver] },
  reply: { summary: ['自动回复', 'what people ask is answered'], scenes: REPLIES },
  welcome: { summary: ['欢迎语', 'a welcome'], scenes: [welcomeScene] },
  permits: { summary: ['订阅消息授权计数', 'permits of subscribe messages'], scenes: PERMITS },
  'wechat-down': { summary: ['微信接口中断后恢复', "WeChat's API is down and comes back"], scenes: WECHAT_DOWN },
  'wrong-ip': { summary: ['出口 IP 不在白名单', 'our address is not on the whitelist'], scenes: WRONG_IP },
  'window-closed': { summary: ['会话窗口已关闭', 'the window is closed'], scenes: [END_SCENE] },
  'killed-while-sending': {
    summary: ['发送途中进程被杀', 'the process dies while it sends'],
    scenes: KILLED_WHILE_SENDING,
  },
  forgotten: { summary: ['删除用户数据', "a person's data are erased"], scenes: FORGOTTEN },
  demo: DEMO,
  'offline-burst': { summary: ['离线时消息爆发', 'a burst for somebody who is offline'], scenes: OFFLINE_BURST },
  'comes-back': { summary: ['用户回来', 'the person comes back'], scenes: COMES_BACK },
  'looks-online': { summary: ['看似在线', 'only looks online'], scenes: LOOKS_ONLINE },
  'permit-spent': { summary: ['授权用完', 'no permit is left'], scenes: PERMIT_SPENT },
  night: NIGHT,
  'group-mention': { summary: ['群聊 @', 'mentioned in a group'], scenes: GROUP_MENTION },
  'send-once': { summary: ['服务端请求发送', 'a server asks for a message'], scenes: SEND_ONCE },
}
