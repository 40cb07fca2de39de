import { describe, expect, test } from 'vitest'
import { logLine } from '../../dev/log-line.ts'
import { FAULTS } from '../../shared/kernel/fault.ts'
import { jsonLog, type LogLevel } from '../../shared/kernel/log.ts'
import { aClock } from '../support/build.ts'

/** What our own log writes, as people read it. */
function read(level: Exclude<LogLevel, 'silent'>, event: string, facts = {}): readonly string[] {
  const lines: string[] = []
  jsonLog({ threshold: 'debug', clock: aClock(), write: (line) => lines.push(line) })[level](event, facts)
  return lines.map(logLine).join('\n').split('\n')
}

describe('logLine', () => {
  test('says when, what and which facts', () => {
    expect(read('info', 'push.accepted', { outcome: 'new', sealed: true, lagMs: 12 })).toEqual([
      '  08:53:20  push.accepted  outcome=new sealed=true lagMs=12',
    ])
    expect(read('info', 'push.verified')).toEqual(['  08:53:20  push.verified'])
  })

  test('marks a warning and an error', () => {
    expect(read('warn', 'push.refused')).toEqual(['! 08:53:20  push.refused'])
    expect(read('error', 'push.failed')).toEqual(['✗ 08:53:20  push.failed'])
  })

  test('tells what to do about a reason', () => {
    const { hint, zh } = FAULTS.SIGNATURE_MISMATCH
    expect(read('warn', 'push.refused', { reason: 'SIGNATURE_MISMATCH', parameter: 'msg_signature' })).toEqual([
      '! 08:53:20  push.refused   reason=SIGNATURE_MISMATCH parameter=msg_signature',
      `             → ${hint} ${zh}`,
    ])
  })

  test('tells what to do about an errcode, with the address that WeChat saw', () => {
    const refused = { call: 'POST /cgi-bin/stable_token', errcode: 40164, meaning: 'ip-not-allowed', ip: '203.0.113.7' }
    const [, advice] = read('warn', 'wechat.refused', refused)
    expect(advice).toMatch(/^ {13}→ Add exactly 203\.0\.113\.7 to the IP allow-list .*请把 203\.0\.113\.7 原样加入/)
    expect(read('error', 'process.failed', { reason: 'ip-not-allowed', errcode: 40164 })[1]).toContain('our way out')
  })

  test.each([
    ['wechat.unreachable', 'WECHAT_UNREACHABLE'],
    ['wechat.unreadable', 'WECHAT_UNREADABLE'],
    ['handler.failed', 'HANDLER_FAILED'],
  ] as const)('tells what to do about %s', (event, code) => {
    const { hint, zh } = FAULTS[code]
    expect(read('warn', event, { because: 'ETIMEDOUT' })[1]).toBe(`             → ${hint} ${zh}`)
  })

  test('has no advice about what waits: the failure told it', () => {
    expect(read('warn', 'process.waiting', { reason: 'WECHAT_UNREACHABLE', errcode: -1 })).toHaveLength(1)
  })

  test.each(['ELSEWHERE', 'toString', 7])('has no advice about the reason %j', (reason) => {
    expect(read('warn', 'push.refused', { reason })).toEqual([`! 08:53:20  push.refused   reason=${reason}`])
  })

  test.each([
    'Task timed out after 1.00 seconds',
    '{"event":',
    '{"level":"info"}',
    '["event"]',
    'null',
    '7',
    '"event"',
    '',
  ])('leaves %s as it is', (line) => {
    expect(logLine(`${line}\n`)).toBe(`  ${line}`)
  })
})
