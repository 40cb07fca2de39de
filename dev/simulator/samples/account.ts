import type { ACCOUNT_EVENTS } from '../../../shared/wechat/catalogue/account.ts'
import { platformEvent, samples } from './sample.ts'

export const ACCOUNT_SAMPLES = samples<keyof typeof ACCOUNT_EVENTS>(platformEvent, {
  user_info_modified: [
    '用户修改了授权的资料',
    'a user changed authorised data',
    ({ openId, appId }) => ({ OpenID: openId, AppID: appId, RevokeInfo: '6' }),
  ],
  user_authorization_revoke: [
    '用户撤回授权，须删除其数据',
    'a user withdrew an authorisation; the data must be deleted',
    ({ openId, appId, id }) => ({
      OpenID: openId,
      AppID: appId,
      RevokeInfo: '8',
      PluginID: 'wx5e4c2b7a9d0f1836',
      OpenPID: `oPID${id}`,
    }),
  ],
  user_authorization_cancellation: [
    '用户注销微信号，须删除其数据',
    'a user closed the WeChat account; the data must be deleted',
    ({ openId, appId }) => ({ OpenID: openId, AppID: appId }),
  ],
})
