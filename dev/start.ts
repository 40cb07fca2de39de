import { TRUST_SETTINGS } from '../functions/push/trust.ts'
import { loadSettings } from '../shared/config/settings.ts'
import { Fault } from '../shared/kernel/fault.ts'
import { buildBundles } from './bundles.ts'
import { parse, textOf, UsageError } from './cli/command.ts'
import { FunctionError } from './emulator/sandbox.ts'
import { StackError } from './emulator/stack-error.ts'
import { type Local, startLocal } from './local.ts'
import { isIdle, logLine } from './log-line.ts'
import { DEMO } from './scenario/demo.ts'
import { STORY } from './scenario/index.ts'
import { outcomeLine, play, widthOf } from './scenario/play.ts'
import type { Scenario, World } from './scenario/scenario.ts'
import { demoNames, localSettings } from './settings.ts'
import { leaveStackFile, removeStackFile } from './stack-file.ts'
import { worldOf } from './world.ts'

const HELP = `npm start -- [--port <3000>] [--no-demo]

Runs the whole system on this machine: the built functions behind an HTTP API, the table, and WeChat and Tencent IM before it.
在本机运行整个系统：构建好的函数、HTTP API、数据表，以及模拟的微信与腾讯云 IM。`

const OPTIONS = { port: { type: 'string' }, 'no-demo': { type: 'boolean' } } as const

const say = (line = ''): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { values } = parse({ options: OPTIONS, words: 0 }, process.argv.slice(2))
  if (values.help === true) return say(HELP)
  buildBundles()
  const stack = await serve(portOf(textOf(values, 'port') ?? '3000'))
  if (values['no-demo'] !== true) await tellStories(stack)
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port
  throw new UsageError('--port takes a number from 0 to 65535; --port 须为 0–65535 的数字')
}

/** What the other functions read, so that all that is malformed is named in one message. */
const OTHER_SETTINGS = [
  'logLevel',
  'appSecret',
  'apiBase',
  'longTermTemplates',
  'imSdkAppId',
  'imSecretKey',
  'imAdmin',
  'imCallbackTokens',
  'imApiBase',
  'notifyTemplate',
  'notifyCooldowns',
  'notifyPerDay',
  'quietHours',
  'notifyWhen',
] as const

let storyIsOn = false
/** What went wrong while a story was told. */
const troubles: string[] = []
let isStopping = false

async function serve(port: number): Promise<Local> {
  const env = localSettings()
  loadSettings(env, ...TRUST_SETTINGS, ...OTHER_SETTINGS)
  const stack = await startLocal({
    port,
    env,
    onLog: (line) => {
      if (isIdle(line)) return
      if (!storyIsOn) say(logLine(line))
      else if (/"level":"(?:warn|error)"/.test(line)) troubles.push(logLine(line))
    },
  })
  leaveStackFile({ pid: process.pid, url: stack.url, env: variablesOf(stack) })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(stack))
  stopWithParent(stack)
  introduce(stack, env)
  return stack
}

/** All that any of the functions runs with; of what is a function's own, such as its name, that of `push`. */
const variablesOf = (stack: Local): Readonly<Record<string, string>> =>
  Object.assign({}, ...['login', 'im', 'send', 'process', 'push'].map((name) => stack.functionEnvironment(name)))

/** npm may be ended without a word to what it runs; nothing is left behind then either. */
function stopWithParent(stack: Local): void {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) void stop(stack)
  }, 500).unref()
}

async function stop(stack: Local): Promise<void> {
  isStopping = true
  removeStackFile()
  await stack.close()
  process.exit(0)
}

function introduce(stack: Local, env: Readonly<Record<string, string>>): void {
  say()
  say(`  WeChat pushes here 推送地址    ${stack.url}/push`)
  say(`  Tencent IM's callbacks 回调    ${stack.url}/im`)
  say(`  a mini program logs in 登录   ${stack.url}/login`)
  say(`  send by request 请求发送      ${stack.url}/send  (AWS IAM; wx send)`)
  say(`  what was accepted 已接收      ${stack.url}/_dev/pushes`)
  say(`  what was sent 已发送          ${env.WECHAT_API_BASE ?? `${stack.url}/_dev/outbox`}`)
  say(`  AppID ${env.WECHAT_APP_ID}, mode 加密方式 ${env.WECHAT_PUSH_MODE}, SDKAppID ${env.IM_SDK_APP_ID}`)
  const demo = demoNames(env)
  if (demo.length > 0) say(`  demo credentials 演示凭据      ${demo.join(', ')}`)
  say()
  say(`ready ${stack.url}`)
}

interface Told {
  readonly title: string
  readonly scenario: Scenario
}

const PUSHES: Told = { title: 'WeChat (simulated) says hello 模拟微信开始推送', scenario: STORY }
const NOTICES: Told = { title: 'Tencent IM (simulated): somebody is missed 模拟腾讯云 IM：离线通知', scenario: DEMO }

/** Any WeChat and any IM but the simulated ones know nobody of a story, and at night nobody is told. */
function storiesFor({ WECHAT_API_BASE, IM_API_BASE, QUIET_HOURS }: Readonly<Record<string, string>>): readonly Told[] {
  if (WECHAT_API_BASE !== undefined) return []
  return IM_API_BASE === undefined && QUIET_HOURS === undefined ? [PUSHES, NOTICES] : [PUSHES]
}

async function tellStories(stack: Local): Promise<void> {
  const env = localSettings()
  const stories = storiesFor(env)
  if (stories.length === 0) return
  if (!stories.includes(NOTICES))
    say(
      '  no story of Tencent IM with IM_API_BASE or QUIET_HOURS set 已设置 IM_API_BASE 或 QUIET_HOURS，不演示离线通知',
    )
  storyIsOn = true
  let isKept = true
  for (const { title, scenario } of stories) isKept &&= await tellStory(title, scenario, worldOf(stack, env))
  await stack.settled()
  storyIsOn = false
  say()
  if (!isKept) for (const line of troubles) say(line)
  sayWhatNext()
}

/** Whether every promise of it was kept. */
async function tellStory(title: string, scenario: Scenario, world: World): Promise<boolean> {
  say()
  say(`  ${title}`)
  const width = widthOf(scenario)
  const outcomes = await play(scenario, world, (outcome) => {
    if (!isStopping) say(outcomeLine(outcome, width))
  })
  return outcomes.every(({ ok }) => ok)
}

function sayWhatNext(): void {
  say('  Push more from a second terminal 在另一个终端继续：')
  say('    npm run -s wx -- push text --say 订单 && npm run -s wx -- outbox')
  say('    npm run -s wx -- im meet bob oBob && npm run -s wx -- im say alice bob 在吗？')
  say('    npm run -s wx -- help')
  say('  Ctrl-C stops everything 按 Ctrl-C 停止')
  say()
}

try {
  await main()
} catch (cause) {
  if (![StackError, FunctionError, Fault, UsageError].some((known) => cause instanceof known)) throw cause
  process.stderr.write(`${(cause as Error).message}\n`)
  process.exit(cause instanceof UsageError ? 2 : 1)
}
