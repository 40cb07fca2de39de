import { Fault } from '../../shared/kernel/fault.ts'
import { check } from './check.ts'
import { clock } from './clock.ts'
import { type Command, parse, print, UsageError } from './command.ts'
import { decode } from './decode.ts'
import { event } from './event.ts'
import { failed } from './failed.ts'
import { im } from './im.ts'
import { outbox } from './outbox.ts'
import { permits } from './permits.ts'
import { push } from './push.ts'
import { replay } from './replay.ts'
import { scenario } from './scenario.ts'
import { send } from './send.ts'
import { templates } from './templates.ts'
import { verify } from './verify.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  verify,
  push,
  event,
  decode,
  scenario,
  im,
  send,
  outbox,
  failed,
  replay,
  permits,
  templates,
  check,
  clock,
}

const WIDTH = Math.max(...Object.values(COMMANDS).map(({ summary }) => summary.en.length))

const HELP = [
  'npm run -s wx -- <command> [options]',
  '',
  ...Object.entries(COMMANDS).map(
    ([
      name,
      {
        summary: { en, zh },
      },
    ]) => `  ${name.padEnd(9)} ${en.padEnd(WIDTH)}  ${zh}`,
  ),
  '',
  '  <command> --help tells its options 查看选项',
  '  Exit codes: 0 success 成功, 1 failure 失败, 2 wrong usage 用法错误',
  '  Credentials: the environment, then .env, then the running stack, then the demo',
  '  凭据依次取自环境变量、.env、运行中的本地环境、演示凭据',
].join('\n')

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) return say(HELP)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined)
    throw new UsageError(`no command "${name}"; npm run -s wx -- help lists them 没有这个命令，见 help`)
  const invocation = parse(command, args)
  if (invocation.values.help === true) return say(`npm run -s wx -- ${command.usage}\n\n${command.help()}`)
  return await command.run(invocation)
}

function say(text: string): number {
  print(text)
  return 0
}

/** The SDK's own words. */
const isRegionMissing = (cause: unknown): boolean => cause instanceof Error && cause.message === 'Region is missing'
const NO_REGION =
  '--table needs a region: AWS_REGION, or `aws configure` 未指定区域，请设置 AWS_REGION 或运行 aws configure'

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (cause) {
  const told = isRegionMissing(cause) ? new UsageError(NO_REGION, { cause }) : cause
  if (!(told instanceof UsageError || told instanceof Fault)) throw told
  process.stderr.write(`${told.message}\n`)
  process.exitCode = told instanceof UsageError ? 2 : 1
}
