import type { AppId, OpenId } from '../../kernel/ids.ts'
import { optionalText, type Shape, text } from '../shape.ts'

/**
 * The envelope comes from WeChat, the user is `openId`. `revokeInfo` names data: 1 number plate, 2 address, 3 invoice,
 * 4 Bluetooth, 5 microphone, 6 nickname and avatar, 7 camera, 8 phone number, 12 WeRun steps, 13 location, 14 chosen photo or
 * video, 15 chosen file, 16 e-mail, 18 chosen place, 19 nickname keyboard, 20 avatar picker.
 */
const user = {
  openId: text<OpenId>('OpenID', 'OpenId'),
  appId: text<AppId>('AppID', 'AppId'),
  revokeInfo: optionalText('RevokeInfo'),
  /** Only where the data went to a plugin. */
  pluginId: optionalText('PluginID', 'PluginId'),
  openPid: optionalText('OpenPID', 'OpenPid'),
}

/** @see https://developers.weixin.qq.com/miniprogram/dev/framework/security.html */
export const ACCOUNT_EVENTS = {
  /** The user changed data that was authorised. */
  user_info_modified: user,
  /** The user withdrew an authorisation: the data named must be deleted. */
  user_authorization_revoke: user,
  /** The user closed the WeChat account: everything must be deleted. */
  user_authorization_cancellation: user,
} as const satisfies Record<string, Shape>
