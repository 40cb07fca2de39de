import type { AppId } from '../kernel/ids.ts'

/** Names an app at an API: a simulator's tokens and pictures are not WeChat's, all of whose hosts share theirs. */
export function accountOf(appId: AppId, apiBase: string): string {
  const { host, protocol } = new URL(apiBase)
  const isWeChat = protocol === 'https:' && host.endsWith('.weixin.qq.com')
  return isWeChat ? appId : `${appId}#${host}`
}
