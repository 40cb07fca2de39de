import { randomInt } from 'node:crypto'
import { type Fetch, type HttpAnswer, request, Unanswered } from '../http/request.ts'
import { Fault } from '../kernel/fault.ts'
import type { SdkAppId, UserId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import { type Clock, type Millis, millis } from '../kernel/time.ts'
import { type Next, nextOf, refusal } from './errcode.ts'
import { countOf, type Fields, readObject } from './json.ts'

/** What a call needs of the world. */
export interface ImWorld {
  readonly fetch: Fetch
  /** Scheme and host of IM's API in the application's region, without a slash at its end. */
  readonly base: string
  readonly clock: Clock
  readonly log: Log
  /** A whole number from 0 to 4294967295, all alike: {@link uint32}. */
  readonly random: () => number
  readonly sdkAppId: SdkAppId
  /** The administrator account that calls. */
  readonly admin: UserId
  /** How long a call may take; 5 s, since IM itself waits 3 s. */
  readonly deadline?: Millis
}

/** 32 bits, where Tencent's demo has 20. `draw` gives a whole number below what it is asked for. */
export const uint32 = (draw: (below: number) => number = randomInt): number => draw(2 ** 32)

/**
 * One call, and what IM answers.
 * @throws {Fault} IM_UNREACHABLE, IM_UNREADABLE, IM_REFUSED
 */
export type ImCaller = (command: string, body: Fields, sig: Secret) => Promise<Fields>

/** 500 people with what is said of each are some 100 KB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
const HEADERS = { 'content-type': 'application/json' }

export function imCaller({ fetch, base, clock, log, deadline = millis(5000), ...world }: ImWorld): ImCaller {
  return async (command, body, sig) => {
    // All that logs and errors say of a call: the query holds the UserSig.
    const call = `POST /${command}`
    const startedAt = clock()
    try {
      const fields = readAnswer(call, await answerTo(command, body, sig))
      log.debug('im-api.called', { call, tookMs: clock() - startedAt })
      return fields
    } catch (cause) {
      const failure = cause instanceof Unanswered ? unreachable(call, cause.because, clock() - startedAt) : cause
      if (failure instanceof Fault) report(failure, log)
      throw failure
    }
  }

  async function answerTo(command: string, body: Fields, sig: Secret): Promise<HttpAnswer> {
    const url = `${base}/${command}${queryOf(sig)}`
    const sent = { method: 'POST', headers: HEADERS, body: JSON.stringify(body) } as const
    const answer = await request(fetch, { ...sent, url, deadline, maxBytes: MAX_ANSWER_BYTES })
    if (answer.status >= 500 || answer.status === 429) throw new Unanswered(`status ${answer.status}`)
    return answer
  }

  function queryOf(sig: Secret): string {
    const { sdkAppId, admin, random } = world
    return `?sdkappid=${sdkAppId}&identifier=${encodeURIComponent(admin)}&usersig=${sig.reveal()}&random=${random()}&contenttype=json`
  }
}

const unreachable = (call: string, because: string, afterMs: number): Fault =>
  new Fault('IM_UNREACHABLE', { call, because, afterMs })

/** IM says everything with 200; of what it says `ErrorCode` counts, and not the word beside it. */
function readAnswer(call: string, { status, body }: HttpAnswer): Fields {
  const fields = status === 200 ? readObject(body) : undefined
  const errcode = countOf(fields?.ErrorCode)
  if (fields === undefined || errcode === undefined) {
    throw new Fault('IM_UNREADABLE', { call, status, bytes: body.byteLength })
  }
  if (errcode !== 0) throw refusal(call, errcode)
  return fields
}

const EVENTS: Readonly<Record<string, string>> = {
  IM_REFUSED: 'im-api.refused',
  IM_UNREACHABLE: 'im-api.unreachable',
  IM_UNREADABLE: 'im-api.unreadable',
}

/** What only somebody can mend. */
const ALARMING: readonly Next[] = ['configure', 'billing', 'pause']

function report(failure: Fault, log: Log): void {
  const event = EVENTS[failure.code] ?? 'im-api.failed'
  if (ALARMING.includes(nextOf(failure))) {
    log.error(event, { ...failure.facts, hint: failure.hint, zh: failure.zh })
  } else {
    log.warn(event, failure.facts)
  }
}
