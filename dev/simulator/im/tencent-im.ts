import type { Clock } from '../../../shared/kernel/time.ts'
import type { Answer } from '../api/answer.ts'
import { type ApiCall, type Members, parsedMembers } from '../api/call.ts'
import { type ApiServer, startApiServer } from '../api/server.ts'
import { c2cMessages } from './c2c.ts'
import {
  type CallbackEvent,
  type CallbackSettings,
  callbackSender,
  type SentCallback,
  type Tamper,
} from './callback-sender.ts'
import { groupMessages } from './group.ts'
import { queryOnlineStatus, type StatusField } from './online-status.ts'
import type { OnFailure } from './passage.ts'
import type { Presence } from './presence.ts'
import { ImRefusal, refuse, refused } from './rest-answer.ts'
import { type ImAccount, restCallers } from './rest-caller.ts'
import { sendMsg } from './send-msg.ts'
import { statusChanges } from './status-changes.ts'

export interface TencentImOptions {
  readonly account: ImAccount
  readonly clock: Clock
  /** 0, which is the default, takes a free one. */
  readonly port?: number
  /** Where IM tells of events; nowhere without it. */
  readonly callback?: CallbackSettings
  /** How long IM waits for the answer to a callback, by real time: 2 s. */
  readonly answerWithinMs?: number
  /** What becomes of a message when the callback before it failed: it is delivered, unless the console says otherwise. */
  readonly onFailure?: OnFailure
  readonly statusField?: StatusField
  /** How long every answer of the REST API takes, by real time. */
  readonly latencyMs?: number
}

type People = ReturnType<typeof statusChanges>
type C2c = ReturnType<typeof c2cMessages>

/**
 * Tencent IM on 127.0.0.1, as far as notifications need it: its REST API, its people, and the callbacks that they
 * lead to. It keeps Tencent's rules, not ours.
 */
export interface TencentIm extends ApiServer, Omit<People, 'stop'> {
  /** Makes a person known; whoever logs in, sends or is sent to is known, too. */
  importAccount(userId: string): void
  presenceOf(userId: string): Presence
  readonly sendMessage: C2c['send']
  readonly sendGroupMessage: ReturnType<typeof groupMessages>['send']
  readonly read: C2c['read']
  readonly recall: C2c['recall']
  /** The very same event once more, signed anew. */
  redeliver(event: CallbackEvent, tamper?: Tamper): Promise<SentCallback>
  /** What the person has been sent one-to-one, oldest first. */
  readonly delivered: C2c['delivered']
  /** Every callback that was sent, in the order of the answers. */
  callbacks(): readonly SentCallback[]
}

/** @throws {StackError} PORT_TAKEN */
export async function startTencentIm(options: TencentImOptions): Promise<TencentIm> {
  const { account, clock, port = 0, callback, onFailure = 'deliver', statusField = 'Status', latencyMs = 0 } = options
  const accounts = new Set([account.admin])
  const importAccount = (userId: string): void => void accounts.add(userId)
  const isImported = (userId: string): boolean => accounts.has(userId)
  const { answerWithinMs } = options
  const sender = callbackSender({
    sdkAppId: account.sdkAppId,
    clock,
    callback,
    ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
  })
  const { stop, ...people } = statusChanges({ clock, tell: sender.tell, importAccount })
  const isOnline = (userId: string): boolean => people.presenceOf(userId).status === 'Online'
  const world = { clock, tell: sender.tell, importAccount, isOnline, onFailure }
  const c2c = c2cMessages(world)
  const callers = restCallers(account, clock)
  const commands: Readonly<Record<string, Command>> = {
    '/v4/openim/query_online_status': queryOnlineStatus({ statusField, isImported, presenceOf: people.presenceOf }),
    '/v4/openim/sendmsg': sendMsg({ admin: account.admin, isImported, send: c2c.send }),
  }
  const server = await startApiServer({
    clock,
    port,
    latencyMs,
    answerTo: (call) => answerOf(call, commands, callers.check),
    refusedWith: (errcode) => refused(new ImRefusal(errcode)),
  })
  return {
    ...server,
    ...people,
    importAccount,
    sendMessage: c2c.send,
    sendGroupMessage: groupMessages(world).send,
    read: c2c.read,
    recall: c2c.recall,
    redeliver: sender.again,
    delivered: c2c.delivered,
    callbacks: sender.all,
    close: async () => {
      stop()
      await server.close()
    },
  }
}

type Command = (members: Members) => Answer | Promise<Answer>

async function answerOf(
  call: ApiCall,
  commands: Readonly<Record<string, Command>>,
  check: (call: ApiCall) => void,
): Promise<Answer> {
  try {
    const command = Object.hasOwn(commands, call.path) ? commands[call.path] : undefined
    if (command === undefined) return refuse(60009)
    check(call)
    return await command(parsedMembers(call.body ?? Buffer.alloc(0)) ?? refuse(90001))
  } catch (error) {
    if (error instanceof ImRefusal) return refused(error)
    throw error
  }
}
