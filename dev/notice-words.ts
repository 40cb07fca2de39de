/** The reasons of `notice.waiting` and the outcomes of `notice.ended`, in words. */
export const NOTICE_WORDS: Readonly<Record<string, string>> = {
  cooldown: 'told not long ago; summed up when the cooldown is over 冷却中，结束后合并通知',
  'quiet-hours': 'summed up when the quiet hours are over 免打扰时段，结束后合并通知',
  'daily-limit': 'NOTIFY_PER_DAY is reached 已达每日上限',
  'looks-online': 'looked at again 45 s after the message 看似在线，稍后再查',
  'permit-in-use': 'another send holds the last permit and may give it back 最后一次授权正被另一次发送占用，稍后再查',
  seen: 'online all the time 一直在线，无需通知',
  'nothing-new': 'nothing new 没有新消息',
  'no-permit': 'the person has allowed no more: wx.requestSubscribeMessage 授权已用完，请在小程序中再次请求订阅',
  declined: 'WeChat says that the person allows nothing; counted as none left 微信表示用户未授权，计数清零',
  'unknown-person': 'nobody has logged in by this UserID: POST /login 该 UserID 未经 /login 登录',
  'not-in-im': 'Tencent IM has no such account IM 中没有该账号',
}
