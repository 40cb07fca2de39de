import { Fault } from '../../shared/kernel/fault.ts'
import type { OpenId } from '../../shared/kernel/ids.ts'
import { pseudonym } from '../../shared/kernel/log.ts'
import { type Millis, millis, seconds, toSeconds } from '../../shared/kernel/time.ts'
import { documentInbox } from '../../shared/store/document-inbox.ts'
import type { Documents } from '../../shared/store/documents.ts'
import { type InboxPush, pushKey } from '../../shared/store/inbox.ts'
import type { ItemKey } from '../../shared/store/key.ts'
import { documentId, settledPush, taskIn } from '../../shared/store/push-document.ts'
import { draftOf } from '../../shared/wechat/answer-draft.ts'
import { isConversation } from '../../shared/wechat/message.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { type Deadline, pushDeadline, timerDeadline } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { type CloudPush, isTimer, readEvent } from './event.ts'
import { checkCaller, checkSource } from './guard.ts'
import { CLOUD } from './host.ts'
import { readAhead } from './read-ahead.ts'
import { mayPass } from './sdk-error.ts'
import { workOff, workOffDue } from './work-off.ts'

/** What says no to whoever made the event up, and why to nobody. */
const REFUSED = { ErrCode: -1, ErrMsg: 'refused' } as const

/** With less than this left nobody else's work is begun. */
const TIME_FOR_OTHERS = millis(2000)

/** guard ▸ read ▸ accept ▸ act ▸ answer: a push, or the timer that works off what waits. `limit` is the function's own. */
export function cloudApp(deps: CloudDeps): (event: unknown, limit: Millis) => Promise<unknown> {
  const { clock, sleep, log } = deps
  let hasWarned = false

  /** What the database would not take waits in memory, whether it is back or not. */
  async function onTimer(limit: Millis): Promise<unknown> {
    const deadline = timerDeadline(limit, clock, sleep)
    let done = 0
    const tick = async (documents: Documents): Promise<void> => {
      done += await workOffDue(documents, deadline, deps)
      await documents.sweep(clock())
    }
    for (const documents of [deps.documents(), deps.memory]) await tick(documents).catch(warn)
    log.info('cloud.ticked', { done })
    return 'success'
  }

  async function onPush(push: CloudPush, limit: Millis): Promise<unknown> {
    const deadline = pushDeadline(limit, clock, sleep)
    const signedAt = push.message.createTime ?? toSeconds(clock())
    const answer = draftOf(deps.decide(push.message, { signedAt }).answer, { ...push, signedAt }) ?? 'success'
    let isAccepted = false
    const working = workOn(push, deadline, () => {
      isAccepted = true
    })
    if ((await inTime(working, deadline.timeLeft(), deps)) === 'late') {
      log.error('cloud.unfinished', { kind: push.message.kind, isAccepted: Number(isAccepted) })
      // Then WeChat sends it again.
      if (!isAccepted) throw new Fault('TABLE_UNAVAILABLE', { because: 'deadline' })
    }
    return answer
  }

  async function workOn(push: CloudPush, deadline: Deadline, onAccepted: () => void): Promise<void> {
    const begun = clock()
    const inboxPush = inboxPushOf(push)
    const key = pushKey(inboxPush)
    const { documents, outcome } = await accept(inboxPush, deadline)
    onAccepted()
    const { kind, fromUserName } = push.message
    const { source = '' } = deps.caller()
    log.info('cloud.accepted', { outcome, kind, source, person: pseudonym(fromUserName), tookMs: clock() - begun })
    if (outcome === 'new') {
      const worked = await workOff(key, documents, deadline, deps)
      if (documents === deps.memory) await noteInDatabase(key)
      else if (worked === 'untouched' && inboxPush.isConversation) await inMemory(inboxPush, deadline)
    }
    if (deadline.timeLeft() > TIME_FOR_OTHERS) await workOffDue(documents, deadline, deps).catch(warn)
  }

  /**
   * In the cloud database, or in memory where there is none: better than to say nothing to anybody. What changes our books waits for a
   * database that is out of reach for the moment, and so does whoever was late already: WeChat sends it again.
   */
  async function accept(
    push: InboxPush,
    { timeLeft }: Deadline,
  ): Promise<{ documents: Documents; outcome: 'new' | 'seen' }> {
    const inboxIn = (documents: Documents) => documentInbox(documents, clock, deps.pushRetention).accept(push)
    const documents = push.isConversation ? readAhead(deps.documents(), pushKey(push)) : deps.documents()
    try {
      return { documents, outcome: await inboxIn(documents) }
    } catch (cause) {
      warn(cause)
      if (timeLeft() === 0 || (!push.isConversation && mayPass(cause))) throw cause
      await deps.memory.sweep(clock())
      return { documents: deps.memory, outcome: await inboxIn(deps.memory) }
    }
  }

  /** Once an instance. @throws what is no fault of the database */
  function warn(cause: unknown): void {
    if (!(cause instanceof Fault && cause.code === 'TABLE_UNAVAILABLE')) throw cause
    const { code, facts, hint, zh } = cause
    if (!hasWarned) log.warn('cloud.without-database', { reason: code, ...facts, hint, zh })
    hasWarned = true
  }

  /** What the database has accepted and cannot keep up with. */
  async function inMemory(push: InboxPush, deadline: Deadline): Promise<void> {
    const key = pushKey(push)
    await documentInbox(deps.memory, clock, deps.pushRetention).accept(push)
    await workOff(key, deps.memory, deadline, deps)
    await noteInDatabase(key)
  }

  /** It may have taken the push without saying so: then the timer would do it all again. */
  async function noteInDatabase(key: ItemKey): Promise<void> {
    if ((await deps.memory.get(documentId(key)))?.state !== 'done') return
    const isNoted = await deps
      .documents()
      .change([documentId(key)], ([before]) => {
        const after = before && settledPush(before, taskIn(before), { state: 'done', outcome: 'in-memory' })
        return after && [after]
      })
      .catch(() => false)
    log.debug('cloud.in-memory', { isNoted: Number(isNoted) })
  }

  function inboxPushOf({ text, fields, message, dedupKey }: CloudPush): InboxPush {
    const { kind, createTime } = message
    const now = toSeconds(clock())
    const openId: OpenId = personOf(fields)
    const said = { message: kind, format: 'json', sealed: false, text, isConversation: isConversation(kind) }
    // Whoever makes an event up chooses its time, and it would be kept until then.
    return { appId: CLOUD, openId, dedupKey, signedAt: seconds(Math.min(createTime ?? now, now)), ...said }
  }

  return async (event, limit) => {
    try {
      if (isTimer(event)) {
        checkSource(deps.caller(), deps.cloudPushStrict)
        return await onTimer(limit)
      }
      const push = readEvent(event)
      checkCaller(push.fields, push.message, deps.caller(), deps.cloudPushStrict)
      return await onPush(push, limit)
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause
      // Without its cause: the platform prints what is thrown, and the SDK's words quote requests.
      if (cause.status === 500) throw new Fault(cause.code, cause.facts, { hint: cause.hint, zh: cause.zh })
      log.warn('cloud.refused', { reason: cause.code, ...cause.facts, source: deps.caller().source ?? '' })
      return REFUSED
    }
  }
}

async function inTime(working: Promise<void>, span: Millis, { sleep }: CloudDeps): Promise<'done' | 'late'> {
  const over = new AbortController()
  // Whoever is late may fail later still: nobody hears of it then.
  working.catch(() => undefined)
  try {
    return await Promise.race([
      working.then(() => 'done' as const),
      sleep(span, over.signal).then(() => 'late' as const),
    ])
  } finally {
    over.abort()
  }
}
