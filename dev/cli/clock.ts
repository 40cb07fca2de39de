import { type Command, print, printJson, textOf, UsageError } from './command.ts'
import { advanceStack, stackTime } from './running.ts'
import { spanOf } from './span.ts'

export const clock: Command = {
  summary: { en: "show or move the stack's clock", zh: '查看或拨快本地环境的时钟' },
  words: 0,
  usage: 'clock [--advance <span>] [--json]',
  options: { advance: { type: 'string' }, json: { type: 'boolean' } },
  help: () =>
    [
      '--advance 90s, 10m, 2h or 3d: what waits becomes due, what is old enough expires.',
      '--advance 90s、10m、2h 或 3d：等待中的任务随之到期，过期数据随之失效。',
      'The timer of the cloud function runs too, but its own clock is the real one: what waits there is not due earlier.',
      '云函数的定时触发器也会执行，但云函数用的是真实时间，其中等待的任务不会提前到期。',
    ].join('\n'),
  async run({ values }) {
    const text = textOf(values, 'advance')
    const advanceMs = text === undefined ? undefined : spanOf(text)
    if (text !== undefined && advanceMs === undefined) {
      throw new UsageError(`--advance: "${text}" is no span; 90s, 10m, 2h or 3d 不是有效的时长`)
    }
    const now = new Date(advanceMs === undefined ? await stackTime() : await advanceStack(advanceMs)).toISOString()
    if (values.json === true) printJson({ now })
    else print(now)
    return 0
  },
}
