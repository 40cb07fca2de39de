import { describe, expect, it } from 'vitest'
import { jsonLog, LOG_LEVELS, type LogLevel, pseudonym } from '../../../shared/kernel/log.ts'
import { aClock, OPEN_ID } from '../../support/build.ts'

/** The lines of a log, when every level is used once. */
function linesOf(threshold: LogLevel, namespace = '', event?: string): readonly string[] {
  const lines: string[] = []
  const log = jsonLog({ threshold, namespace, clock: aClock(), write: (line) => lines.push(line) })
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    log[level](event ?? `test.${level}`, { count: 1, absent: undefined })
  return lines
}

describe('jsonLog', () => {
  it('writes one JSON object a line: level, event, time, facts', () => {
    const line = '{"level":"info","event":"test.info","at":"2025-10-09T08:53:20.000Z","count":1}\n'
    expect(linesOf('info')[0]).toBe(line)
  })

  it('writes what reaches the threshold', () => {
    const counts = LOG_LEVELS.map((threshold) => linesOf(threshold).length)
    expect(counts).toEqual([4, 3, 2, 1, 0])
  })

  it('keeps a line break in a fact inside the line', () => {
    const lines: string[] = []
    const log = jsonLog({ threshold: 'info', write: (line) => lines.push(line) })
    log.info('test', { fact: 'a\n{"level":"error"}' })
    expect(lines.join('').split('\n')).toHaveLength(2)
  })

  it('puts the metrics of an event into its line when a namespace is given', () => {
    const [, line = ''] = linesOf('info', 'weapp-push-test', 'push.failed')
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      event: 'push.failed',
      at: '2025-10-09T08:53:20.000Z',
      count: 1,
      FailedPushes: 1,
      _aws: {
        Timestamp: 1_760_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'weapp-push-test',
            Dimensions: [[]],
            Metrics: [{ Name: 'FailedPushes', Unit: 'Count' }],
          },
        ],
      },
    })
  })

  it('writes no metrics without a namespace', () => {
    expect(linesOf('debug', '', 'push.failed').join('')).not.toMatch(/_aws|FailedPushes/)
  })

  it('writes a line with metrics whatever the threshold, and no other', () => {
    for (const threshold of LOG_LEVELS) expect(linesOf(threshold, 'weapp-push-test', 'push.failed')).toHaveLength(4)
    expect(LOG_LEVELS.map((threshold) => linesOf(threshold, 'weapp-push-test').length)).toEqual([4, 3, 2, 1, 0])
  })

  it('obeys the threshold where nobody reads metrics', () => {
    expect(LOG_LEVELS.map((threshold) => linesOf(threshold, '', 'push.failed').length)).toEqual([4, 3, 2, 1, 0])
  })
})

describe('pseudonym', () => {
  it('gives the same person the same letters and another person others', () => {
    expect(pseudonym(OPEN_ID)).toBe(pseudonym(OPEN_ID))
    expect(pseudonym(OPEN_ID)).toMatch(/^[0-9a-f]{12}$/)
    expect(pseudonym(OPEN_ID.toLowerCase())).not.toBe(pseudonym(OPEN_ID))
  })

  it('has a mark for nobody', () => {
    expect(pseudonym('')).toBe('-')
  })
})
