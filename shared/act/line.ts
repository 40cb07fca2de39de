import type { Millis } from '../kernel/time.ts'
import type { Progress, Window } from '../store/window.ts'

/** Far more than anybody writes while WeChat is down; what comes after that waits, but in no promised order. */
export const LONGEST_LINE = 500

export type Turn =
  | 'mine'
  /** An earlier push of the person is not worked off yet. */
  | 'behind'
  /** Somebody works on this very push, or died at it. */
  | 'taken'

/** Whose turn it is: replies to one person go out in the order of what they answer. */
export function turnOf({ line, work }: Window, push: string, now: Millis): Turn {
  if (line.length > 0 && line[0] !== push) return 'behind'
  return work?.push === push && work.until > now ? 'taken' : 'mine'
}

export const joined = (window: Window, push: string): Window =>
  window.line.includes(push) || window.line.length >= LONGEST_LINE
    ? window
    : { ...window, line: [...window.line, push] }

/** The push is over, or gone; whoever stands behind it is next. */
export const left = (window: Window, push: string): Window => ({
  ...window,
  line: window.line.filter((other) => other !== push),
  work: window.work?.push === push ? undefined : window.work,
})

export const working = (window: Window, progress: Progress): Window => ({
  ...joined(window, progress.push),
  work: progress,
})
