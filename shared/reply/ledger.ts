import type { MsgId, TemplateId } from '../kernel/ids.ts'
import type { Seconds } from '../kernel/time.ts'
import type { PushMessage } from '../wechat/message.ts'
import type { Action, PermitChange } from './action.ts'

/** What a push that happened `at` means for what is kept about the person, whatever the rules say. */
export function entriesOf(message: PushMessage, at: Seconds): readonly Action[] {
  switch (message.kind) {
    case 'text':
    case 'image':
    case 'miniprogrampage':
      return [{ kind: 'window', opened: 'message' }]
    case 'user_enter_tempsession':
      return [{ kind: 'window', opened: 'enter' }]
    case 'subscribe_msg_popup_event':
    case 'subscribe_msg_change_event':
      return message.list.flatMap(({ templateId, status }) =>
        permit(templateId, { kind: status === 'accept' ? 'accept' : 'clear', at }),
      )
    // Delivered or not, the permit is spent: WeChat gives none back.
    case 'subscribe_msg_sent_event':
      return message.list.flatMap(({ templateId, msgId }) => sent(templateId, msgId, at))
    case 'user_authorization_revoke':
    case 'user_authorization_cancellation':
      return message.openId === '' ? [] : [{ kind: 'erase', openId: message.openId }]
    default:
      return []
  }
}

/** An entry without its template says nothing. */
const permit = (templateId: TemplateId, change: PermitChange): readonly Action[] =>
  templateId === '' ? [] : [{ kind: 'permit', templateId, change }]

/** Without its number it cannot be told which sending it was. */
const sent = (templateId: TemplateId, msgId: MsgId, at: Seconds): readonly Action[] =>
  msgId === '' ? [] : permit(templateId, { kind: 'sent', at, msgId })
