import { Fault } from '../../shared/kernel/fault.ts'
import type { WeChatApi } from '../../shared/wechat/api.ts'
import { localSettings } from '../settings.ts'
import { accountApi } from './account-api.ts'
import { type Command, print, printJson } from './command.ts'

interface Finding {
  readonly call: string
  readonly ok: boolean
  readonly says: string
}

/** The calls, in the order in which a wrong setting shows. */
const CHECKS: Readonly<Record<string, (api: WeChatApi) => Promise<string>>> = {
  'access_token and templates 凭据与模板': async (api) => `${(await api.templateList()).length} templates 个模板`,
  'the URL for pushes, as WeChat sees it 推送地址': async (api) => {
    const { dns, pings } = await api.callbackCheck()
    const lost = pings.filter(({ lost }) => lost !== '0%')
    return `${dns.length} addresses 个地址, ${pings.length - lost.length}/${pings.length} pings answered 次探测成功`
  },
}

export const check: Command = {
  summary: { en: 'try AppID, AppSecret and IP allow-list', zh: '检查 AppID、AppSecret 与 IP 白名单' },
  words: 0,
  usage: 'check [--json]',
  options: { json: { type: 'boolean' } },
  help: () =>
    [
      'Calls WeChat with WECHAT_APP_ID and WECHAT_APP_SECRET and says what is wrong, if anything. Nothing is changed.',
      '用 WECHAT_APP_ID 与 WECHAT_APP_SECRET 调用微信接口，指出配置问题，不做任何修改。',
    ].join('\n'),
  async run({ values }) {
    const api = accountApi(localSettings())
    const findings: Finding[] = []
    for (const [call, attempt] of Object.entries(CHECKS)) findings.push(await finding(call, () => attempt(api)))
    if (values.json === true) printJson(findings)
    else for (const { call, ok, says } of findings) print(`${ok ? '✓' : '✗'} ${call}  ${says}`)
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}

async function finding(call: string, attempt: () => Promise<string>): Promise<Finding> {
  try {
    return { call, ok: true, says: await attempt() }
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    return { call, ok: false, says: cause.message }
  }
}
