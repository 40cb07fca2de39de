import { LONGEST_RUN } from './action.ts'
import { named, type Problem, problemOfText, problemsOfMessage } from './check-message.ts'
import { spoken } from './keywords.ts'
import { messageOf } from './messages.ts'
import { type KeywordRule, listOf, type RuleTable, type Run, type Step, type Transfer } from './rule.ts'

/** How many messages WeChat lets through after a message; the type of the welcome counts its own two. */
const QUOTA = 5

/** What WeChat would refuse, each with its place in the table. */
export function problemsOf({ welcome, keywords, otherwise, events }: RuleTable): readonly string[] {
  return [
    ...problemsOfSteps('welcome', listOf<Step>(welcome)),
    ...keywords.flatMap(({ when, reply }, index) => [
      ...problemsOfWords(`keywords[${index}].when`, listOf(when)),
      ...problemsOfSteps(`keywords[${index}].reply`, listOf(reply)),
    ]),
    ...problemsOfRepeated(keywords),
    ...Object.entries(otherwise).flatMap(([kind, steps]) => problemsOfSteps(`otherwise.${kind}`, listOf(steps))),
    ...Object.entries(events).flatMap(([kind, runs]) => problemsOfSteps(`events.${kind}`, listOf(runs))),
  ]
}

function problemsOfWords(place: string, words: readonly (string | RegExp)[]): readonly string[] {
  if (words.length === 0) return named(place, { '': 'needs a keyword; 缺少关键词' })
  return words.flatMap((word, index) => named(`${place}[${index}]`, { '': problemOfWord(word) }))
}

function problemOfWord(word: string | RegExp): Problem {
  if (typeof word === 'string') return problemOfText(word)
  // These two remember where the last test ended, and the same push would get another answer.
  return /[gy]/.test(word.flags) ? 'a regular expression without g and y; 正则不能带 g 或 y 标志' : undefined
}

/** The second rule of a keyword would never be reached. */
function problemsOfRepeated(keywords: readonly KeywordRule[]): readonly string[] {
  const first = new Map<string, number>()
  return keywords.flatMap(({ when }, index) =>
    listOf(when).flatMap((word) => {
      if (typeof word !== 'string') return []
      const earlier = first.get(spoken(word)) ?? index
      first.set(spoken(word), earlier)
      const problem = `${word}: keywords[${earlier}] has it already; 与 keywords[${earlier}] 重复`
      return named(`keywords[${index}].when`, { '': earlier === index ? undefined : problem })
    }),
  )
}

function problemsOfSteps(place: string, steps: readonly (Step | Transfer)[]): readonly string[] {
  const said = steps.filter((step) => typeof step === 'string' || step.kind !== 'transfer')
  const tooMany = `WeChat lets ${QUOTA} messages through; 微信最多允许 ${QUOTA} 条`
  return [
    ...named(place, { '': said.length > QUOTA ? tooMany : undefined }),
    ...named(place, { '': problemOfRuns(steps.filter(isRun)) }),
    ...steps.flatMap((step, index) => problemsOfStep(steps.length > 1 ? `${place}[${index}]` : place, step)),
  ]
}

function problemsOfStep(place: string, step: Step | Transfer): readonly string[] {
  if (typeof step === 'string') return problemsOfMessage(place, messageOf(step))
  if (step.kind === 'transfer') return []
  return step.kind === 'run' ? problemsOfRun(place, step) : problemsOfMessage(place, step)
}

const isRun = (step: Step | Transfer): step is Run => typeof step !== 'string' && step.kind === 'run'

/** One call of the function does them all, and Lambda ends it after 300 s. */
function problemOfRuns(runs: readonly Run[]): Problem {
  const together = runs.reduce((sum, { deadline }) => sum + deadline, 0)
  if (runs.length < 2 || together <= LONGEST_RUN) return undefined
  const took = together / 1000
  return `its handlers have ${took} seconds together, at most 120; 各处理函数合计 ${took} 秒，最多 120 秒`
}

function problemsOfRun(place: string, { deadline, tries, otherwise }: Run): readonly string[] {
  const isTime = deadline >= 1000 && deadline <= LONGEST_RUN
  const isCount = Number.isInteger(tries) && tries >= 1 && tries <= 20
  return [
    ...named(place, {
      seconds: isTime ? undefined : '1 to 120 seconds; 须在 1 到 120 秒之间',
      tries: isCount ? undefined : '1 to 20 tries; 须为 1 到 20 次',
    }),
    ...(otherwise === undefined ? [] : problemsOfMessage(`${place}.otherwise`, otherwise)),
  ]
}
