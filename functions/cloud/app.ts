import { Fault } from '../../shared/kernel/fault.ts'
import type { OpenId } from '../../shared/kernel/ids.ts'
import { pseudonym } from '../../shared/kernel/log.ts'
import { type Millis, millis, seconds, toSeconds } from '../../shared/kernel/time.ts'
import type { Documents } from '../../shared/store/documents.ts'
import { type InboxPush, pushKey } from '../../shared/store/inbox.ts'
import { draftOf } from '../../shared/wechat/answer-draft.ts'
import { isConversation } from '../../shared/wechat/message.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { type Deadline, pushDeadline, timerDeadline } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { type CloudPush, isTimer, readEvent } from './event.ts'
import { checkCaller, checkSource } from './guard.ts'
import { CLOUD } from './host.ts'
import { cloudInbox } from './inbox.ts'
import { workOff, workOffDue } from './work-off.ts'

/** What says no to whoever made the event up, and why to nobody. */
const REFUSED = { ErrCode: -1, ErrMsg: 'refused' } as const

/** With less than this left nobody else's work is begun. */
const TIME_FOR_OTHERS = millis(2000)

/** guard ▸ read ▸ accept ▸ act ▸ answer: a push, or the timer that works off what waits. `limit` is the function's own. */
export function cloudApp(deps: CloudDeps): (event: unknown, limit: Millis) => Promise<unknown> {
  const { clock, sleep, log } = deps
  const { accept, inMemory, note, warn } = cloudInbox(deps)

  /** What the database would not take waits in memory, whether it is back or not. */
  async function onTimer(limit: Millis): Promise<unknown> {
    const deadline = timerDeadline(limit, clock, sleep)
    await note(deadline)
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
      if (documents === deps.memory) await note(deadline, key)
      else if (worked === 'untouched' && inboxPush.isConversation) await inMemory(inboxPush, deadline)
    }
    if (deadline.timeLeft() > TIME_FOR_OTHERS) await workOffDue(documents, deadline, deps).catch(warn)
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
