import { describe, expect, test } from 'vitest'
import { oneOf, parse, textOf, UsageError } from '../../../dev/cli/command.ts'
import { decode } from '../../../dev/cli/decode.ts'
import { event } from '../../../dev/cli/event.ts'
import { failed } from '../../../dev/cli/failed.ts'
import { im } from '../../../dev/cli/im.ts'
import { kindOf, kindsHelp } from '../../../dev/cli/kinds.ts'
import { outbox } from '../../../dev/cli/outbox.ts'
import { push } from '../../../dev/cli/push.ts'
import { replay } from '../../../dev/cli/replay.ts'
import { scenario } from '../../../dev/cli/scenario.ts'
import { send } from '../../../dev/cli/send.ts'
import { verify } from '../../../dev/cli/verify.ts'
import { SAMPLE_NAMES } from '../../../dev/simulator/writer.ts'

const COMMAND = { options: { mode: { type: 'string' }, retry: { type: 'boolean' } }, words: 1 } as const

/** The one line in which a command line is refused. */
function refusalOf(action: () => unknown): string {
  try {
    action()
  } catch (cause) {
    if (cause instanceof UsageError) return cause.message
    throw cause
  }
  return expect.fail('it was understood')
}

describe('parse', () => {
  test('tells words from options, in any order', () => {
    const invocation = parse(COMMAND, ['--mode', 'safe', 'text', '--retry'])
    expect(invocation.positionals).toEqual(['text'])
    expect(invocation.values).toEqual({ mode: 'safe', retry: true })
    expect(textOf(invocation.values, 'mode')).toBe('safe')
    expect(textOf(invocation.values, 'retry')).toBeUndefined()
  })

  test.each(['--help', '-h'])('knows %s of every command', (help) => {
    expect(parse(COMMAND, [help]).values).toEqual({ help: true })
  })

  test.each([
    [['--mod', 'safe'], "Unknown option '--mod'"],
    [['-x'], "Unknown option '-x'"],
    [['--mode'], "Option '--mode <value>' argument missing"],
    [['--retry=yes'], "Option '--retry' does not take an argument"],
    [['text', 'image'], '"image" is one word too many 多余的参数'],
    [['text', './body.json'], '"./body.json" is one word too many 多余的参数'],
  ])('does not understand %j', (args, refusal) => {
    expect(refusalOf(() => parse(COMMAND, args))).toBe(refusal)
  })
})

describe('oneOf', () => {
  test('finds the word among those allowed, or names them', () => {
    expect(oneOf('--format', 'xml', ['json', 'xml'])).toBe('xml')
    expect(refusalOf(() => oneOf('--format', 'yaml', ['json', 'xml']))).toBe('--format: "yaml"; one of 可选: json, xml')
    expect(refusalOf(() => oneOf('scenario', '', ['a', 'b']))).toBe('scenario: missing 缺少; one of 可选: a, b')
  })
})

describe('kindOf', () => {
  test.each(SAMPLE_NAMES)('knows %s, and so does the help', (name) => {
    expect(kindOf([name])).toBe(name)
    expect(kindsHelp().filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1)
  })

  test.each(['nothing', 'toString', 'TEXT', ''])('knows no "%s"', (name) => {
    expect(refusalOf(() => kindOf([name]))).toMatch(new RegExp(`^no kind "${name}"; --help lists them`))
  })

  test('asks for the one that is missing', () => {
    expect(refusalOf(() => kindOf([]))).toMatch(/^which kind\? --help lists them/)
  })
})

describe('every command', () => {
  const commands = { verify, push, event, decode, scenario, im, send, outbox, failed, replay }

  test.each(Object.entries(commands))('%s names each of its options in its usage', (name, { usage, options }) => {
    expect(usage.split(' ')[0]).toBe(name)
    for (const option of Object.keys(options)) expect(usage).toContain(`--${option}`)
    for (const [, option = ''] of usage.matchAll(/--([\w-]+)/g)) expect(options).toHaveProperty([option])
  })

  test.each(Object.entries(commands))('%s says in English and in Chinese what it does', (_, { summary }) => {
    expect(summary.en).toMatch(/^[ -~]+$/)
    expect(summary.zh).toMatch(/\p{Script=Han}/u)
  })
})
