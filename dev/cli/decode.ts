import { readFileSync } from 'node:fs'
import { seconds, systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { type Diagnosis, diagnose, type Step } from '../diagnose.ts'
import { demoNames, localSettings } from '../settings.ts'
import { runningStack } from '../stack-file.ts'
import { type Command, print, printJson, textOf, UsageError, type Values } from './command.ts'

export const decode: Command = {
  summary: { en: 'check a captured request step by step', zh: '逐步检查抓取到的请求' },
  words: 0,
  usage: "decode --query '<query string>' [--body-file <file>] [--at <unix seconds>] [--json]",
  options: {
    query: { type: 'string' },
    'body-file': { type: 'string' },
    at: { type: 'string' },
    json: { type: 'boolean' },
  },
  help: () =>
    [
      'Says what was checked, what the push is, or which step failed and what to look at.',
      '逐步说明检查了什么、推送是什么，或哪一步失败以及应检查什么。',
      'Without --body-file it is the URL verification; `-` reads the body from standard input.',
      '不带 --body-file 即 URL 验证；- 表示从标准输入读取请求体。',
      '--at is when it arrived: with it the age counts too. WECHAT_PUSH_MODE decides what must be sealed.',
      '--at 为到达时间（Unix 秒），给出后会检查时效；是否必须加密由 WECHAT_PUSH_MODE 决定。',
    ].join('\n'),
  async run({ values }) {
    const now = toSeconds(systemClock())
    const arrivedAt = arrivalOf(values)
    const settings = localSettings(runningStack())
    const diagnosis = diagnose(captureOf(values), settings, {
      now,
      ...(arrivedAt === undefined ? {} : { arrivedAt }),
    })
    if (values.json === true) printJson(diagnosis)
    else for (const line of [...demoLines(settings), ...linesOf(diagnosis)]) print(line)
    return diagnosis.ok ? 0 : 1
  },
}

function captureOf(values: Values) {
  const query = textOf(values, 'query')
  if (query === undefined) throw new UsageError("decode needs --query '<query string>' 缺少 --query")
  const file = textOf(values, 'body-file')
  const raw = bareQuery(query)
  return file === undefined ? { query: raw } : { query: raw, body: readBody(file) }
}

/** A URL, a line of an access log or of a web page will do: what stands around the query is not signed. */
const bareQuery = (text: string): string =>
  text
    .trim()
    .replace(/ HTTP\/[\d.]+$/, '')
    .replaceAll('&amp;', '&')
    .replace(/^[^?]*\?/, '')

function readBody(file: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (cause) {
    throw new UsageError(`--body-file: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

function arrivalOf(values: Values) {
  const at = textOf(values, 'at')
  if (at === undefined) return undefined
  if (!/^\d{1,10}$/.test(at)) throw new UsageError('--at takes Unix seconds 须为 Unix 秒')
  return seconds(Number(at))
}

/** What a push is checked with. */
const CHECKED = ['WECHAT_APP_ID', 'WECHAT_TOKEN', 'WECHAT_ENCODING_AES_KEY']

function demoLines(settings: Readonly<Record<string, string>>): readonly string[] {
  const names = demoNames(settings).filter((name) => CHECKED.includes(name))
  return names.length === 0 ? [] : [`! ${names.join(', ')}: not set, so the demo's 未设置，使用演示凭据`]
}

const MARKS: Readonly<Record<Step['outcome'], string>> = { ok: '✓', failed: '✗', warning: '!' }

function linesOf({ ok, kind, format, sealed, fields, steps, look }: Diagnosis): readonly string[] {
  const checked = steps.map(({ step, outcome, note }) => `${MARKS[outcome]} ${step.padEnd(10)} ${note}`)
  if (!ok) return [...checked, '', ...look.map((line) => `→ ${line}`)]
  const seal = sealed === true ? 'sealed 加密' : 'in clear 明文'
  return [
    ...checked,
    '',
    [kind, format, seal].filter((part) => part !== null).join('  '),
    JSON.stringify(fields, null, 2),
  ]
}
