import type { OnlineStatus } from '../im/api.ts'
import type { AppId, MsgId, OpenId, TemplateId, UserId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { NotifyWhen } from '../kernel/notify-when.ts'
import type { Clock, Sleep } from '../kernel/time.ts'
import type { NoticeFacts } from '../reply/notice.ts'
import type { Identities } from '../store/identity.ts'
import type { NotifyStore } from '../store/notify.ts'
import type { Permit } from '../store/permit.ts'
import type { SubscribeMessage } from '../wechat/outgoing.ts'
import type { Manner } from './verdict.ts'

/** What telling people takes from the world. */
export interface NotifyDeps extends Manner {
  readonly store: NotifyStore
  readonly identities: Identities
  permit(person: string, templateId: TemplateId): Promise<Permit>
  /** Whoever is not in the answer, nobody knows about. */
  onlineStatus(people: readonly UserId[]): Promise<ReadonlyMap<UserId, OnlineStatus>>
  sendSubscribeMessage(to: OpenId, message: SubscribeMessage): Promise<MsgId | undefined>
  /** How a notice fills the template. @throws {Fault} TEMPLATE_UNKNOWN, TEMPLATE_DATA_INVALID */
  noticeOf(template: TemplateId, facts: NoticeFacts): SubscribeMessage
  readonly template: TemplateId
  readonly notifyWhen: NotifyWhen
  readonly appId: AppId
  readonly clock: Clock
  readonly sleep: Sleep
  /** From 0 to 1. */
  readonly random: () => number
  readonly log: Log
}
