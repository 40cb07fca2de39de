import { type Clock, type Millis, millis, type Sleep } from '../../shared/kernel/time.ts'

/** WeChat waits 5 s for an answer, and some of them are gone before the function runs. */
const ANSWER_WITHIN = millis(4500)
/** What a platform ends at its limit has answered nothing. */
const MARGIN = millis(500)
/** To note what came of a handler, and to send what it said. */
const TIME_TO_NOTE = millis(1200)

/** What every call of the SDK is given at most. */
export const LONGEST_CALL = millis(2000)

export interface Deadline {
  readonly timeLeft: () => Millis
  /** Sleeps no longer than the work may take. */
  readonly sleep: Sleep
}

/** @param limit how long the function may run, by its own settings */
export const pushDeadline = (limit: Millis, clock: Clock, sleep: Sleep): Deadline =>
  deadlineAfter(millis(Math.min(ANSWER_WITHIN, limit - MARGIN)), clock, sleep)

/** Nobody waits for a timer. */
export const timerDeadline = (limit: Millis, clock: Clock, sleep: Sleep): Deadline =>
  deadlineAfter(millis(limit - MARGIN), clock, sleep)

function deadlineAfter(span: Millis, clock: Clock, sleep: Sleep): Deadline {
  const end = clock() + span
  const timeLeft = (): Millis => millis(Math.max(0, end - clock()))
  return {
    timeLeft,
    sleep: (asked, signal) => sleep(millis(Math.min(asked, Math.max(0, timeLeft() - TIME_TO_NOTE))), signal),
  }
}
