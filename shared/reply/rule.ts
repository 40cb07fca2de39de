import type { PushMessage } from '../wechat/message.ts'
import type { CustomerMessage } from '../wechat/outgoing.ts'
import type { Action } from './action.ts'

export type Run = Extract<Action, { kind: 'run' }>

/** Hands the person to the human agents: an answer to what the person wrote, and to nothing else. */
export interface Transfer {
  readonly kind: 'transfer'
}

/** Words are a text message. */
export type Step = string | CustomerMessage | Run

type OneOrMore<T> = T | readonly T[]

/** What a person can write to us. */
type WrittenKind = 'text' | 'image' | 'miniprogrampage'
type EventKind = Exclude<PushMessage['kind'], WrittenKind | 'user_enter_tempsession'>

export interface KeywordRule {
  /**
   * Words are compared whole; width, case, blanks around them and a full stop behind them do not count. A regular expression is
   * taken as it stands and sees the first 2,000 characters, without blanks around them.
   */
  readonly when: OneOrMore<string | RegExp>
  readonly reply: OneOrMore<Step | Transfer>
}

/** All that we say, and when. */
export interface RuleTable {
  /** To a person who opens the session. WeChat lets two messages through, within one minute. */
  readonly welcome: Step | readonly [] | readonly [Step] | readonly [Step, Step]
  /** The first one that fits a text wins. */
  readonly keywords: readonly KeywordRule[]
  /** To what no keyword fits. */
  readonly otherwise: { readonly [K in WrittenKind]: OneOrMore<Step | Transfer> }
  /** By WeChat's name of the event. No event lets us write to a person, but what a handler returns is sent where we may. */
  readonly events: { readonly [K in EventKind]?: OneOrMore<Run> }
}

export const listOf = <T>(steps: T | readonly T[]): readonly T[] => (isList(steps) ? steps : [steps])

const isList = <T>(steps: T | readonly T[]): steps is readonly T[] => Array.isArray(steps)
