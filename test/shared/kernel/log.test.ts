import { describe, expect, it } from 'vitest'
import { jsonLog, LOG_LEVELS, type LogLevel, pseudonym } from '../../../shared/kernel/log.ts'
import { aClock, OPEN_ID } from '../../support/build.ts'

/** The lines that a log of this threshold writes when every level is used once. */
function linesOf(threshold: LogLevel): string[] {
  const lines: string[] = []
  const log = jsonLog(threshold, aClock(), (line) => lines.push(line))
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    log[level](`test.${level}`, { count: 1, absent: undefined })
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
    jsonLog('info', aClock(), (line) => lines.push(line)).info('test', { fact: 'a\n{"level":"error"}' })
    expect(lines.join('').split('\n')).toHaveLength(2)
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
