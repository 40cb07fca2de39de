import { Fault } from '../kernel/fault.ts'
import { millis } from '../kernel/time.ts'
import type { CustomerMessage } from '../wechat/outgoing.ts'
import { problemsOf } from './check.ts'
import type { HandlerName } from './handlers.ts'
import { messageOf } from './messages.ts'
import { listOf, type RuleTable, type Run, type Step, type Transfer } from './rule.ts'

export { card, image, link } from './messages.ts'

interface RunOptions {
  /** For one try; 20 unless it is said. */
  readonly seconds?: number
  /** 3 unless it is said. */
  readonly tries?: number
  /** What the person is told when the last try has failed. */
  readonly otherwise?: string | CustomerMessage
}

/** To the human agents. */
export const transfer: Transfer = { kind: 'transfer' }

/** Calls a handler of `handlers.ts`, later and as often as it takes. */
export const run = (handler: HandlerName, { seconds = 20, tries = 3, otherwise }: RunOptions = {}): Run => ({
  kind: 'run',
  handler,
  deadline: millis(seconds * 1000),
  tries,
  ...(otherwise === undefined ? {} : { otherwise: messageOf(otherwise) }),
})

/**
 * Checks the table when it is loaded: a rule that WeChat would refuse at every push is named before the first one.
 * @throws {Fault} RULES_INVALID
 */
export function rules(table: RuleTable): RuleTable {
  const problems = problemsOf(table)
  if (problems.length > 0) throw new Fault('RULES_INVALID', { rules: problems.join(', ') })
  return table
}

/**
 * A name that is misspelt compiles nowhere but runs until it is called, so the function that calls handlers looks first.
 * @throws {Fault} RULES_INVALID
 */
export function checkHandlers({ welcome, keywords, otherwise, events }: RuleTable, handlers: object): void {
  const steps = [welcome, ...keywords.map(({ reply }) => reply), ...Object.values(otherwise), ...Object.values(events)]
  const named = steps.flatMap((some) => listOf<Step | Transfer>(some)).filter((step) => typeof step !== 'string')
  const missing = named.flatMap((step) =>
    step.kind === 'run' && !Object.hasOwn(handlers, step.handler) ? [`run('${step.handler}')`] : [],
  )
  const problem = 'no such handler in shared/reply/handlers.ts; 没有这个处理函数'
  if (missing.length > 0)
    throw new Fault('RULES_INVALID', { rules: missing.map((name) => `${name} (${problem})`).join(', ') })
}
