import { type Meanings, meaning } from './meaning.ts'

/** Login, customer-service and subscribe messages, media, content safety. */
export const MESSAGE: Meanings = {
  40003: meaning(
    'openid-invalid',
    'end',
    'The openid is not one of this mini program.',
    'openid 无效，或不属于本小程序。',
  ),
  40029: meaning(
    'code-invalid',
    'end',
    'The login code was used before or is older than about five minutes; call wx.login again.',
    '登录 code 已使用过或已过期（约 5 分钟）：请重新调用 wx.login。',
  ),
  40163: meaning(
    'code-used',
    'end',
    'The login code was used before; call wx.login again.',
    '登录 code 已被使用：请重新调用 wx.login。',
  ),
  40226: meaning(
    'user-blocked',
    'end',
    'WeChat takes this user for a risk and blocks the login.',
    '高风险用户，登录被微信拦截。',
  ),
  43101: meaning(
    'user-declined',
    'end',
    'No authorisation left for this template; ask again in the mini program with wx.requestSubscribeMessage.',
    '用户未授权或授权次数已用完：请在小程序内用 wx.requestSubscribeMessage 再次请求授权。',
  ),
  43107: meaning(
    'subscribe-banned',
    'end',
    'The ability to send subscribe messages, or this template, is banned.',
    '订阅消息能力或该模板已被封禁。',
  ),
  43108: meaning(
    'concurrent-send',
    'again',
    'Another message to the same person is on its way; it is tried again.',
    '同一用户有并发发送，稍后会自动重试。',
  ),
  45168: meaning(
    'sensitive-words',
    'end',
    'WeChat finds a sensitive word in the content.',
    '内容含有敏感词，微信拒绝发送。',
  ),
  40037: meaning(
    'template-invalid',
    'mend',
    'The template id is wrong or not among the templates of this account.',
    '模板 ID 不正确，或不在本账号的模板库中。',
  ),
  41030: meaning(
    'page-invalid',
    'mend',
    'The page is not in the published version of the mini program.',
    'page 路径不正确：须存在于已发布的小程序版本中。',
  ),
  47003: meaning(
    'template-data-invalid',
    'mend',
    'A value does not fit its key, a key is missing, or a value is empty; the fact field names the key.',
    '模板参数不符合要求：超长、缺少或为空；field 指出是哪个键。',
  ),
  45015: meaning(
    'window-over',
    'end',
    'The person wrote more than 48 hours ago or never; only a subscribe message reaches them.',
    '用户超过 48 小时未互动或从未发过消息，只能使用订阅消息。',
  ),
  45047: meaning(
    'window-used-up',
    'end',
    'The messages that this window allows are used up; the next word of the person opens another.',
    '本次会话可下发的条数已用完，用户再次发言后恢复。',
  ),
  70000: meaning(
    'minor-protected',
    'end',
    'WeChat does not deliver this, to protect minors.',
    '为保护未成年人，微信不予下发。',
  ),
  40007: meaning(
    'media-unknown',
    'mend',
    'WeChat does not know the media_id, or its three days are over; upload the picture again.',
    'media_id 无效或已超过三天有效期：请重新上传图片。',
  ),
  40004: meaning(
    'media-type-invalid',
    'mend',
    'This type of media is not allowed; a mini program may upload images only.',
    '媒体类型不支持：小程序只能上传图片。',
  ),
  40005: meaning(
    'file-type-invalid',
    'mend',
    'This type of file is not allowed; take JPEG, PNG or GIF.',
    '文件类型不支持：请使用 JPEG、PNG 或 GIF。',
  ),
  40006: meaning(
    'file-too-large',
    'mend',
    'The file is too large; make the picture smaller.',
    '文件过大：请压缩图片。',
  ),
  40009: meaning(
    'picture-too-large',
    'mend',
    'The picture is larger than WeChat allows; make it smaller.',
    '图片大小超过限制：请压缩图片。',
  ),
  41005: meaning(
    'media-missing',
    'mend',
    'The upload arrived without its file: check proxies between us and WECHAT_API_BASE.',
    '上传缺少媒体数据：请检查到 WECHAT_API_BASE 途中的代理。',
  ),
  40008: meaning(
    'message-type-invalid',
    'mend',
    'A mini program may send text, image, link and miniprogrampage only.',
    '消息类型不支持：小程序只能发送 text、image、link、miniprogrampage。',
  ),
  44004: meaning('content-empty', 'mend', 'The text is empty; WeChat sends none without a word.', '文本内容为空。'),
  45002: meaning(
    'content-too-long',
    'mend',
    'The text is longer than 2048 bytes; send it in parts.',
    '文本超过 2048 字节：请分条发送。',
  ),
  45003: meaning('title-too-long', 'mend', 'The title is too long; shorten it.', '标题过长，请缩短。'),
  45004: meaning('description-too-long', 'mend', 'The description is too long; shorten it.', '描述过长，请缩短。'),
  45005: meaning('url-too-long', 'mend', 'The URL is too long; shorten it.', '链接过长，请缩短。'),
  45072: meaning(
    'command-invalid',
    'mend',
    'The typing command has to be Typing or CancelTyping.',
    'command 须为 Typing 或 CancelTyping。',
  ),
  45080: meaning(
    'nobody-there',
    'end',
    'No word of the person in the last 30 seconds; typing is not shown.',
    '用户 30 秒内没有互动，无法显示“正在输入”。',
  ),
  45081: meaning('already-typing', 'end', 'Typing is shown already.', '已处于“正在输入”状态。'),
  40200: meaning(
    'account-type-invalid',
    'configure',
    'An account of this type cannot make this call.',
    '该类型的账号不能调用此接口。',
  ),
  40129: meaning(
    'scene-invalid',
    'mend',
    'The scene of the content check has to be 1 to 4.',
    '内容安全检测的 scene 须为 1 到 4。',
  ),
  43104: meaning(
    'openid-of-another-app',
    'end',
    'The openid belongs to another app than the AppID.',
    'openid 与 appid 不匹配。',
  ),
  61010: meaning(
    'user-inactive',
    'end',
    'The person has not used the mini program in the last two hours.',
    '用户近两小时内未访问小程序。',
  ),
  87020: meaning('repeated', 'end', 'The same was asked a moment ago.', '短时间内重复提交。'),
}

/** The person has to write or enter again before anything more may be sent. */
export const CLOSES_WINDOW: readonly number[] = [45015, 45047]

/** The person allows no message of this template. */
export const DENIES_PERMIT: readonly number[] = [43101]
