import { Fault } from '../../shared/kernel/fault.ts'
import { type Command, parse, print, UsageError } from './command.ts'
import { decode } from './decode.ts'
import { event } from './event.ts'
import { push } from './push.ts'
import { scenario } from './scenario.ts'
import { verify } from './verify.ts'

const COMMANDS: Readonly<Record<string, Command>> = { verify, push, event, decode, scenario }

const HELP = [
  'npm run -s wx -- <command> [options]',
  '',
  ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`),
  '',
  '  <command> --help tells its options. Exit codes: 0 as hoped, 1 not, 2 not understood.',
  '  Credentials come from the environment, then .env, then the running stack, then the demo.',
].join('\n')

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) return say(HELP)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(`no command "${name}"; npm run -s wx -- help lists them`)
  const invocation = parse(command, args)
  if (invocation.values.help === true) return say(`npm run -s wx -- ${command.usage}\n\n${command.help()}`)
  return await command.run(invocation)
}

function say(text: string): number {
  print(text)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (cause) {
  if (!(cause instanceof UsageError || cause instanceof Fault)) throw cause
  process.stderr.write(`${cause.message}\n`)
  process.exitCode = cause instanceof UsageError ? 2 : 1
}
