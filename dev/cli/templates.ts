import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import committed from '../../shared/reply/templates.json' with { type: 'json' }
import { localSettings } from '../settings.ts'
import { runningStack } from '../stack-file.ts'
import { accountApi } from './account-api.ts'
import { type Command, oneOf, print, printJson, UsageError } from './command.ts'
import { TEMPLATES_FILE, templatesText } from './templates-file.ts'

export const templates: Command = {
  summary: { en: 'list the subscribe-message templates, or pull them', zh: '列出或拉取订阅消息模板' },
  words: 1,
  usage: 'templates [pull [--check]] [--json]',
  options: { check: { type: 'boolean' }, json: { type: 'boolean' } },
  help: () =>
    [
      `Lists what ${TEMPLATES_FILE} has. pull asks WeChat for the account's templates and writes them there:`,
      'commit the file, then npx tsc names what shared/reply/notice.ts has to change. While a stack is running here and',
      'WECHAT_API_BASE is not set, the simulated WeChat is asked.',
      `列出 ${TEMPLATES_FILE} 中的模板。pull 向微信查询账号的模板并写入该文件，请提交到版本库，再用 npx tsc`,
      '检查 shared/reply/notice.ts 是否需要修改。本地环境运行中且未设置 WECHAT_API_BASE 时，查询的是模拟的微信。',
      '',
      '  --check  writes nothing; 1 when the file is not what WeChat has 只比较不写入，不一致时退出码为 1',
    ].join('\n'),
  async run({ positionals: [word], values }) {
    if (word !== undefined && oneOf('templates', word, ['pull']) === 'pull') return await pull(values.check === true)
    if (values.check === true) throw new UsageError('--check goes with pull --check 须与 pull 一起使用')
    if (values.json === true) printJson(committed)
    else for (const [id, template] of Object.entries(committed)) print(lineOf(id, template))
    return 0
  },
}

type Entry = Pick<(typeof committed)[keyof typeof committed], 'title' | 'type'> & {
  readonly fields: Readonly<Record<string, string>>
}

const lineOf = (id: string, { title, type, fields }: Entry): string => {
  const named = Object.entries(fields).map(([key, name]) => `${key} ${name}`)
  return `${id}  ${type}  ${title}  ${named.join(', ')}`
}

async function pull(isCheck: boolean): Promise<number> {
  if (!existsSync(dirname(TEMPLATES_FILE)))
    throw new UsageError(`no ${TEMPLATES_FILE} here: go to the project's folder 请在项目目录中运行`)
  const env = localSettings(runningStack())
  const found = await accountApi(env).templateList()
  const from = accountIn(env)
  if (found.length === 0) return say(`✗ ${from} has no templates; nothing is written 没有模板，未写入文件`, 1)
  const text = templatesText(found)
  const isSame = existsSync(TEMPLATES_FILE) && readFileSync(TEMPLATES_FILE, 'utf8') === text
  if (isSame) return say(`✓ ${TEMPLATES_FILE} is what ${from} has 与账号一致`, 0)
  if (isCheck) return say(`✗ ${TEMPLATES_FILE} is not what ${from} has: wx templates pull 与账号不一致，请重新拉取`, 1)
  writeFileSync(TEMPLATES_FILE, text)
  return say(`✓ ${found.length} templates of ${from} written 已写入 ${found.length} 个模板: ${TEMPLATES_FILE}`, 0)
}

/** Whose templates they are. */
function accountIn({
  WECHAT_API_BASE: base = '',
  WECHAT_APP_ID: appId = '',
}: Readonly<Record<string, string>>): string {
  if (/^http:\/\/127\.0\.0\.1[:/]/.test(base)) return 'the simulated WeChat 模拟的微信'
  return base === '' ? `WeChat 微信 (${appId})` : `${base} (${appId})`
}

function say(line: string, status: number): number {
  print(line)
  return status
}
