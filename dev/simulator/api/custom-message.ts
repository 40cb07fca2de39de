import { type Answer, ok } from './answer.ts'
import { type ApiCall, isMembers, type Members, membersOf, textMember, touserOf } from './call.ts'
import type { Deliveries } from './delivered.ts'
import type { Media } from './media.ts'
import { refuse } from './refusal.ts'
import type { Windows } from './window.ts'

type MsgType = 'text' | 'image' | 'link' | 'miniprogrampage'

const LONGEST_TEXT = 2048

/**
 * Customer-service messages: `POST /cgi-bin/message/custom/send` and `/typing`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/sendCustomMessage.html
 */
export function customMessages(windows: Windows, media: Media, deliveries: Deliveries) {
  /** What each msgtype must say. @throws {Refusal} */
  const CHECKS: Readonly<Record<MsgType, (content: Members) => void>> = {
    text: checkText,
    link: checkLink,
    image: (content) => checkMedia(content, 'media_id'),
    miniprogrampage: checkCard,
  }
  return { send, typing }

  function send(call: ApiCall): Answer {
    const members = membersOf(call)
    const to = touserOf(members)
    const { msgtype } = members
    if (typeof msgtype !== 'string' || !isMsgType(msgtype)) refuse(40008)
    const content = members[msgtype]
    if (!isMembers(content)) refuse(content === undefined ? 40035 : 47001)
    CHECKS[msgtype](content)
    windows.send(to)
    deliveries.add(to, msgtype, content)
    return ok()
  }

  function typing(call: ApiCall): Answer {
    const members = membersOf(call)
    const to = touserOf(members)
    if (members.command === 'Typing') windows.type(to)
    else if (members.command === 'CancelTyping') windows.cancelTyping(to)
    else refuse(45072)
    return ok()
  }

  function checkCard(content: Members): void {
    for (const name of ['title', 'pagepath']) textMember(content, name, 40035)
    checkMedia(content, 'thumb_media_id')
  }

  function checkMedia(content: Members, name: string): void {
    if (!media.has(textMember(content, name, 40007))) refuse(40007)
  }

  function isMsgType(msgtype: string): msgtype is MsgType {
    return Object.hasOwn(CHECKS, msgtype)
  }
}

function checkText(content: Members): void {
  const text = textMember(content, 'content', 44004)
  if (Buffer.byteLength(text) > LONGEST_TEXT) refuse(45002)
}

function checkLink(content: Members): void {
  for (const name of ['title', 'description', 'thumb_url']) textMember(content, name, 40035)
  if (!/^https?:\/\/\S+$/.test(textMember(content, 'url', 40035))) refuse(40066)
}
