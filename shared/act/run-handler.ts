import { sha256 } from '../kernel/bytes.ts'
import type { OpenId } from '../kernel/ids.ts'
import { type Millis, millis } from '../kernel/time.ts'
import { LONGEST_RUN } from '../reply/action.ts'
import { repliesOf } from '../reply/check-replies.ts'
import type { Handler, Reply } from '../reply/handler.ts'
import { isConversation, type PushMessage } from '../wechat/message.ts'
import type { ActDeps } from './deps.ts'

/** WeChat shows for 15 s that we type, and refuses to be told so meanwhile. */
const TYPING_AGAIN = millis(16_000)

interface Run {
  readonly name: string
  readonly deadline: Millis
  readonly message: PushMessage
  readonly openId: OpenId
  /** Names this push and this step, and nobody. */
  readonly idempotencyKey: string
}

export const idempotencyKeyOf = (pk: string, sk: string, step: number): string => sha256(`${pk}/${sk}/${step}`)

/**
 * What the handler replies; `undefined` when it threw, is unknown, took too long or returned what is no replies. What it threw
 * or returned is not logged: it may say what the user wrote.
 */
export async function runHandler(run: Run, deps: ActDeps): Promise<readonly Reply[] | undefined> {
  const handler = Object.hasOwn(deps.handlers, run.name) ? deps.handlers[run.name] : undefined
  if (handler === undefined) return broken(run, deps, 'unknown handler')
  const over = new AbortController()
  // Nobody waits for it: with a token to be renewed first it could outlast the lease on this step.
  typeUntil(over.signal, run, deps).catch(() => undefined)
  try {
    return repliesOf(await inTime(handler, run, deps)) ?? broken(run, deps, 'reply')
  } catch (cause) {
    return broken(run, deps, cause instanceof Error ? cause.name : typeof cause)
  } finally {
    over.abort()
  }
}

function broken({ name }: Run, { log }: ActDeps, because: string): undefined {
  log.error('handler.failed', { handler: name, because })
  return undefined
}

async function inTime(handler: Handler, run: Run, { sleep, log }: ActDeps): Promise<readonly Reply[]> {
  const { message, openId, idempotencyKey } = run
  const deadline = new AbortController()
  const over = new AbortController()
  const late = sleep(millis(Math.min(run.deadline, LONGEST_RUN)), over.signal).then((): readonly Reply[] => {
    const timeout = Object.assign(new Error('the deadline of the rule'), { name: 'TimeoutError' })
    deadline.abort(timeout)
    throw timeout
  })
  late.catch(() => undefined)
  try {
    const context = { message, openId, idempotencyKey, signal: deadline.signal, log }
    return await Promise.race([handler(context), late])
  } finally {
    over.abort()
  }
}

/** That we type is a courtesy: when WeChat refuses it, nothing is lost. */
async function typeUntil(over: AbortSignal, { openId, message }: Run, deps: ActDeps): Promise<void> {
  const { messenger, sleep, log } = deps
  while (!over.aborted && isConversation(message.kind)) {
    await messenger.typing(openId, true).catch(() => log.debug('handler.typing'))
    await sleep(TYPING_AGAIN, over)
  }
}
