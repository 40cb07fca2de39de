import type { OpenId } from '../kernel/ids.ts'
import type { Action } from '../reply/action.ts'
import type { Task } from '../store/work.ts'
import { type PushMessage, readMessage } from '../wechat/message.ts'
import { personOf } from '../wechat/person.ts'
import { readPushText } from '../wechat/receive.ts'
import type { ActDeps } from './deps.ts'

/** A push as those see it who act on it. */
export interface Received {
  readonly message: PushMessage
  /** Whom it is about. */
  readonly openId: OpenId
}

/** What was accepted, read anew from what the table keeps. */
export function receivedOf({ text }: Task): Received {
  const { fields } = readPushText(text)
  return { message: readMessage(fields), openId: personOf(fields) }
}

/** What the rules say about a push of the table's. */
export const actionsOn = (task: Task, { decide }: Pick<ActDeps, 'decide'>): readonly Action[] =>
  decide(receivedOf(task).message, task).actions
