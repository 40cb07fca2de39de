import { loadSettings } from '../../shared/config/settings.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { systemClock, systemSleep } from '../../shared/kernel/time.ts'
import { memoryTokens } from '../../shared/store/memory-token.ts'
import { type WeChatApi, weChatApi } from '../../shared/wechat/api.ts'
import { stableToken } from '../../shared/wechat/stable-token.ts'
import { accessTokens } from '../../shared/wechat/token.ts'
import { demoNames } from '../settings.ts'
import { UsageError } from './command.ts'

/**
 * WeChat's API, with the AppID and AppSecret of these settings.
 * @throws {UsageError} with those of the demo, which WeChat does not know
 */
export function accountApi(env: Readonly<Record<string, string>>): WeChatApi {
  if (demoNames(env).includes('WECHAT_APP_SECRET') && env.WECHAT_API_BASE === undefined) {
    throw new UsageError(
      'put WECHAT_APP_ID and WECHAT_APP_SECRET of your own into .env 请在 .env 中填写自己的 AppID 与 AppSecret',
    )
  }
  const { appId, appSecret, apiBase: base } = loadSettings(env, 'appId', 'appSecret', 'apiBase')
  const log = jsonLog({ threshold: 'silent' })
  const world = { fetch, base, clock: systemClock, log }
  const ask = stableToken(world, appId, appSecret)
  const tokens = accessTokens({ ...world, ask, store: memoryTokens(systemClock), sleep: systemSleep })
  return weChatApi({ ...world, tokens })
}
