import { randomInt } from 'node:crypto'
import { type Clock, toSeconds } from '../../../shared/kernel/time.ts'
import { writeWire } from '../../../shared/wechat/wire.ts'
import { type Answer, ok } from './answer.ts'
import { type ApiCall, type Members, membersOf, touserOf } from './call.ts'
import type { Deliveries } from './delivered.ts'
import type { Permits } from './permit.ts'
import { refuse } from './refusal.ts'
import { filledIn, type Template } from './template.ts'
import { templateValues } from './template-data.ts'

const LANGS: readonly unknown[] = ['zh_CN', 'en_US', 'zh_HK', 'zh_TW']
const STATES: readonly unknown[] = ['developer', 'trial', 'formal']
const PAGE = /^[\w-]+(?:\/[\w-]+)*(?:\?\S*)?$/
const LONG_TERM = 3

interface SubscribeWorld {
  readonly clock: Clock
  readonly permits: Permits
  readonly deliveries: Deliveries
  readonly templateOf: (id: unknown) => Template | undefined
  /** Paths that the published version has; `undefined`: any. */
  readonly pages: readonly string[] | undefined
  readonly originalId: string
  /** An event, as JSON, that WeChat pushes a little later. */
  readonly pushSoon: (text: string) => void
}

/**
 * `POST /cgi-bin/message/subscribe/send`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export function subscribeMessages(world: SubscribeWorld) {
  const { clock, permits, deliveries, templateOf, pages, originalId, pushSoon } = world
  const underWay = new Set<string>()
  let lastId = 1_864_323_726_461_255_680n
  return { send }

  function send(call: ApiCall): Answer {
    const members = membersOf(call)
    const to = touserOf(members)
    const template = templateOf(members.template_id) ?? refuse(40037)
    const values = templateValues(template, members.data)
    checkOptions(members)
    if (underWay.has(to)) refuse(43108)
    if (permits.countOf(to, template.priTmplId) === 0) refuse(43101)
    return sent(to, template, { values, ...pageOf(members) })
  }

  function sent(
    to: string,
    template: Template,
    { values, ...page }: { values: Record<string, string>; page?: string },
  ): Answer {
    if (template.type !== LONG_TERM) permits.use(to, template.priTmplId)
    const { priTmplId: templateId, title } = template
    deliveries.add(to, 'subscribe', { templateId, title, text: filledIn(template, values), ...page })
    const msgid = anId()
    pushSoon(sentEvent(to, templateId, msgid))
    underWay.add(to)
    return { ...ok({ msgid }), onSent: () => underWay.delete(to) }
  }

  function checkOptions({ page, lang = 'zh_CN', miniprogram_state: state = 'formal' }: Members): void {
    if (page !== undefined && page !== '' && !isPage(page)) refuse(41030)
    if (!LANGS.includes(lang)) refuse(47003, 'argument invalid! lang invalid')
    if (!STATES.includes(state)) refuse(47003, 'argument invalid! miniprogram_state invalid')
  }

  function isPage(page: unknown): boolean {
    if (typeof page !== 'string' || !PAGE.test(page)) return false
    return pages === undefined || pages.includes(page.replace(/\?.*$/s, ''))
  }

  /** Odd and beyond 2^53: whoever takes it for a JavaScript number has another one. */
  function anId(): bigint {
    lastId += 2n * BigInt(randomInt(1, 2 ** 20))
    return lastId | 1n
  }

  function sentEvent(to: string, templateId: string, msgid: bigint): string {
    return writeWire('json', {
      ToUserName: originalId,
      FromUserName: to,
      CreateTime: toSeconds(clock()),
      MsgType: 'event',
      Event: 'subscribe_msg_sent_event',
      List: { TemplateId: templateId, MsgID: String(msgid), ErrorCode: '0', ErrorStatus: 'success' },
    })
  }
}

const pageOf = ({ page }: Members): { page?: string } => (typeof page === 'string' && page !== '' ? { page } : {})
