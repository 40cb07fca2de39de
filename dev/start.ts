import { TRUST_SETTINGS } from '../functions/push/trust.ts'
import { loadSettings } from '../shared/config/settings.ts'
import { Fault } from '../shared/kernel/fault.ts'
import { buildBundles } from './bundles.ts'
import { parse, textOf, UsageError } from './cli/command.ts'
import { FunctionError } from './emulator/sandbox.ts'
import { StackError } from './emulator/stack-error.ts'
import { type Local, startLocal } from './local.ts'
import { logLine } from './log-line.ts'
import { STORY } from './scenario/index.ts'
import { outcomeLine, play, widthOf } from './scenario/play.ts'
import { demoNames, localSettings } from './settings.ts'
import { leaveStackFile, removeStackFile } from './stack-file.ts'
import { worldOf } from './world.ts'

const HELP = `npm start -- [--port <3000>] [--no-demo]

Runs the whole system on this machine: the built functions behind an HTTP API, the table, and WeChat before it.
在本机运行整个系统：构建好的函数、HTTP API、数据表，以及模拟的微信。`

const OPTIONS = { port: { type: 'string' }, 'no-demo': { type: 'boolean' } } as const

const say = (line = ''): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const { values } = parse({ options: OPTIONS, words: 0 }, process.argv.slice(2))
  if (values.help === true) return say(HELP)
  buildBundles()
  const stack = await serve(portOf(textOf(values, 'port') ?? '3000'))
  // Any WeChat but the simulated one knows nobody of the story.
  if (values['no-demo'] !== true && localSettings().WECHAT_API_BASE === undefined) await tellStory(stack)
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port
  throw new UsageError('--port takes a number from 0 to 65535; --port 须为 0–65535 的数字')
}

let storyIsOn = false
let isStopping = false

async function serve(port: number): Promise<Local> {
  const env = localSettings()
  loadSettings(env, ...TRUST_SETTINGS, 'logLevel', 'appSecret', 'apiBase', 'longTermTemplates')
  const stack = await startLocal({
    port,
    env,
    onLog: (line) => {
      if (!storyIsOn) say(logLine(line))
    },
  })
  const variables = { ...stack.functionEnvironment('process'), ...stack.functionEnvironment('push') }
  leaveStackFile({ pid: process.pid, url: stack.url, env: variables })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(stack))
  stopWithParent(stack)
  introduce(stack, env)
  return stack
}

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
  say(`  what was accepted 已接收      ${stack.url}/_dev/pushes`)
  say(`  what was sent 已发送          ${env.WECHAT_API_BASE ?? `${stack.url}/_dev/outbox`}`)
  say(`  AppID ${env.WECHAT_APP_ID}, mode 加密方式 ${env.WECHAT_PUSH_MODE}`)
  const demo = demoNames(env)
  if (demo.length > 0) say(`  demo credentials 演示凭据      ${demo.join(', ')}`)
  say()
  say(`ready ${stack.url}`)
}

async function tellStory(stack: Local): Promise<void> {
  storyIsOn = true
  say()
  say('  WeChat (simulated) says hello 模拟微信开始推送')
  const width = widthOf(STORY)
  const outcomes = await play(STORY, worldOf(stack, localSettings()), (outcome) => {
    if (!isStopping) say(outcomeLine(outcome, width))
  })
  await stack.settled()
  storyIsOn = false
  say()
  if (outcomes.every(({ ok }) => ok)) {
    say('  Push more from a second terminal 在另一个终端继续：')
    say('    npm run -s wx -- push text --say 订单 && npm run -s wx -- outbox')
    say('    npm run -s wx -- help')
    say('  Ctrl-C stops everything 按 Ctrl-C 停止')
    say()
  }
}

try {
  await main()
} catch (cause) {
  if (![StackError, FunctionError, Fault, UsageError].some((known) => cause instanceof known)) throw cause
  process.stderr.write(`${(cause as Error).message}\n`)
  process.exit(cause instanceof UsageError ? 2 : 1)
}
