import { Fault } from '../../shared/kernel/fault.ts'
import type { OpenId } from '../../shared/kernel/ids.ts'
import { pseudonym } from '../../shared/kernel/log.ts'
import { type Millis, millis, seconds, toSeconds } from '../../shared/kernel/time.ts'
import { type InboxPush, pushKey } from '../../shared/store/inbox.ts'
import { documentId } from '../../shared/store/push-document.ts'
import { draftOf } from '../../shared/wechat/answer-draft.ts'
import { isConversation } from '../../shared/wechat/message.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { type Deadline, LONGEST_CALL, pushDeadline, timerDeadline } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { type CloudPush, isTimer, readEvent } from './event.ts'
import { checkCaller, checkSource } from './guard.ts'
import { CLOUD } from './host.ts'
import { inMemory } from './in-memory.ts'
import { cloudInbox } from './inbox.ts'
import { patient } from './patient.ts'
import { workOff, workOffDue } from './work-off.ts'

/** What says no to whoever made the event up, and why to nobody. */
const REFUSED = { ErrCode: -1, ErrMsg: 'refused' } as const

/** With less than this left nobody else's work is begun. */
const TIME_FOR_OTHERS = millis(2000)

interface PushWork {
  /** Whether it takes what is kept about the person away. */
  readonly erases: boolean
  readonly onAccepted: (outcome: 'new' | 'seen', tookMs: number) => void
}

/** guard ▸ read ▸ accept ▸ act ▸ answer: a push, or the timer that works off what waits. `limit` is the function's own. */
export function cloudApp(given: CloudDeps): (event: unknown, limit: Millis) => Promise<unknown> {
  const deps = { ...given, documents: () => patient(given.documents(), given.clock) }
  const { clock, sleep, log } = deps
  const { accept, warn } = cloudInbox(deps)
  const fallback = inMemory(deps)

  async function onTimer(limit: Millis): Promise<unknown> {
    const deadline = timerDeadline(limit, clock, sleep)
    const done = await goOn(deadline)
    if (deadline.timeLeft() > LONGEST_CALL) await deps.documents().sweep(clock()).catch(warn)
    log.info('cloud.ticked', { done })
    return 'success'
  }

  /** What waits for others, that of this instance first: nobody else knows of it. */
  async function goOn(deadline: Deadline): Promise<number> {
    await fallback.note(deadline)
    let done = await workOffDue(deps.memory, deadline, deps)
    await deps.memory.sweep(clock())
    try {
      done += await workOffDue(deps.documents(), deadline, deps)
    } catch (cause) {
      warn(cause)
    }
    return done
  }

  async function onPush(push: CloudPush, source: string, limit: Millis): Promise<unknown> {
    const deadline = pushDeadline(limit, clock, sleep)
    const signedAt = push.message.createTime ?? toSeconds(clock())
    const { answer, actions } = deps.decide(push.message, { signedAt })
    let isAccepted = false
    const working = workOn(push, deadline, {
      erases: actions.some(({ kind }) => kind === 'erase'),
      onAccepted: (outcome, tookMs) => {
        isAccepted = true
        const { kind, fromUserName } = push.message
        log.info('cloud.accepted', { outcome, kind, source, person: pseudonym(fromUserName), tookMs })
      },
    })
    if ((await inTime(working, deadline.timeLeft(), deps)) === 'late') {
      log.error('cloud.unfinished', { kind: push.message.kind, isAccepted: Number(isAccepted) })
      // Then WeChat sends it again.
      if (!isAccepted) throw new Fault('TABLE_UNAVAILABLE', { because: 'deadline' })
    }
    return draftOf(answer, { ...push, signedAt }) ?? 'success'
  }

  async function workOn(push: CloudPush, deadline: Deadline, { erases, onAccepted }: PushWork): Promise<void> {
    const begun = clock()
    const inboxPush = inboxPushOf(push)
    const key = pushKey(inboxPush)
    const { documents, outcome } = await accept(inboxPush, deadline)
    onAccepted(outcome, clock() - begun)
    if (outcome === 'new') {
      if (documents === deps.memory) fallback.keep(documentId(key))
      const worked = await workOff(key, documents, deadline, deps)
      const isUntouched = worked === 'untouched' && inboxPush.isConversation
      if (isUntouched && deadline.timeLeft() > 0) await fallback.work(inboxPush, deadline)
      if (erases) await fallback.forget(key.pk)
    }
    if (deadline.timeLeft() > TIME_FOR_OTHERS) await goOn(deadline)
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
    // Now: whoever is thawed later would see the caller of another invocation.
    const caller = deps.caller()
    const { source = '' } = caller
    try {
      if (isTimer(event)) {
        checkSource(caller, deps.cloudPushStrict)
        return await onTimer(limit)
      }
      const push = readEvent(event)
      checkCaller(push.fields, push.message, caller, deps.cloudPushStrict)
      return await onPush(push, source, limit)
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause
      // Without its cause: the platform prints what is thrown, and the SDK's words quote requests.
      if (cause.status === 500) throw new Fault(cause.code, cause.facts, { hint: cause.hint, zh: cause.zh })
      log.warn('cloud.refused', { reason: cause.code, ...cause.facts, source })
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
