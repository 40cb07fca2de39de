import { momentIn, previewIn, sendersIn } from './notice-facts.ts'
import { notices, noticesBy } from './notice-table.ts'

export type { NoticeFacts } from './notice-facts.ts'

/**
 * How a notice fills the templates of `templates.json`: yours to change, docs/rules.md is the guide.
 * 通知如何填写各订阅消息模板：请改成自己的内容，说明见 docs/rules.md。
 *
 * A card may be read on a locked screen, by whoever passes, and the preview is what a stranger has typed: write
 * `thing2: '您有新消息，请打开小程序查看'` where that is not wanted. A sender is shown by UserID.
 * 通知可能显示在锁屏上，消息内容也可能出自陌生人：若不希望显示原文，请把 thing2 改成固定文字，如上。发送人显示的是 UserID。
 */
const NOTICES = notices({
  // 新消息提醒
  mB2cV7xZ9aSdF4gHjK1lQwErT6yUiO8pNbMvCxXz0LA: (facts) => ({
    data: {
      thing1: sendersIn(facts),
      thing2: previewIn(facts),
      time3: momentIn(facts),
      number4: String(facts.count),
    },
    page: 'pages/index/index',
  }),
})

/** @throws {Fault} TEMPLATE_UNKNOWN, TEMPLATE_DATA_INVALID */
export const noticeOf = noticesBy(NOTICES)
