import { describe, expect, test } from 'vitest'
import { isIdle, logLine } from '../../dev/log-line.ts'
import { NOTICE_WORDS } from '../../dev/notice-words.ts'
import { meaningOf as imMeaningOf } from '../../shared/im/errcode.ts'
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
    ['im-api.unreachable', 'IM_UNREACHABLE'],
    ['im-api.unreadable', 'IM_UNREADABLE'],
  ] as const)('tells what to do about %s', (event, code) => {
    const { hint, zh } = FAULTS[code]
    expect(read('warn', event, { because: 'ETIMEDOUT' })[1]).toBe(`             → ${hint} ${zh}`)
  })

  test.each(['process.waiting', 'notice.waiting', 'notice.retried'])(
    'has no advice about %s: the failure told it',
    (event) => {
      expect(read('warn', event, { reason: 'WECHAT_UNREACHABLE', errcode: -1 })).toHaveLength(1)
    },
  )

  test('does not promise another try of a subscribe message', () => {
    expect(read('warn', 'wechat.unreachable', { call: 'POST /cgi-bin/message/subscribe/send' })).toHaveLength(1)
    expect(read('warn', 'wechat.unreachable', { call: 'POST /cgi-bin/message/custom/send' })).toHaveLength(2)
  })

  test('goes by the words of Tencent IM about its codes', () => {
    const { hint, zh } = imMeaningOf(70009)
    const refused = { call: 'POST /v4/openim/query_online_status', errcode: 70009, meaning: 'user-sig-wrong' }
    const advice = `             → ${hint} ${zh}`
    expect(read('warn', 'im-api.refused', refused)[1]).toBe(advice)
    expect(read('error', 'im-api.refused', { ...refused, hint, zh })).toEqual([
      `✗ 08:53:20  im-api.refused call=${refused.call} errcode=70009 meaning=user-sig-wrong`,
      advice,
    ])
  })

  test.each([
    ['cooldown', 59_400, 'in=59s (told not long ago'],
    ['quiet-hours', 32_400_000, 'in=9h (summed up when the quiet hours'],
    ['daily-limit', 3_000_000, 'in=50m (NOTIFY_PER_DAY is reached'],
    ['looks-online', 45_000, 'in=45s (looked at again'],
    ['IM_UNREACHABLE', 2_000, 'in=2s'],
  ])('says why a notice waits: %s', (reason, inMs, said) => {
    const [line = '', ...others] = read('info', 'notice.waiting', { reason, inMs })
    expect(line.startsWith(`  08:53:20  notice.waiting reason=${reason} ${said}`)).toBe(true)
    expect(others).toEqual([])
  })

  test.each(['seen', 'nothing-new', 'no-permit', 'declined', 'unknown-person', 'not-in-im'])(
    'says why nobody is told: %s',
    (outcome) => {
      expect(read('info', 'notice.ended', { outcome })).toEqual([
        `  08:53:20  notice.ended   outcome=${outcome} (${NOTICE_WORDS[outcome]})`,
      ])
      expect(NOTICE_WORDS[outcome]).toMatch(/[a-z].* .*\p{Script=Han}/u)
    },
  )

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

describe('isIdle', () => {
  const NOTHING = { readied: 0, waiting: 0, planned: 0, oldestMs: 0 }
  const line = (event: string, facts: object) => JSON.stringify({ level: 'info', event, ...facts })

  test('is a tick that had nothing to do', () => {
    expect(isIdle(line('tick.done', NOTHING))).toBe(true)
  })

  test.each(['readied', 'waiting', 'planned', 'oldestMs'])('is none with anything %s', (figure) => {
    expect(isIdle(line('tick.done', { ...NOTHING, [figure]: 1 }))).toBe(false)
  })

  test('is a timer of the cloud function that found nothing', () => {
    expect(isIdle(line('cloud.ticked', { done: 0 }))).toBe(true)
    expect(isIdle(line('cloud.ticked', { done: 1 }))).toBe(false)
  })

  test.each([line('push.accepted', NOTHING), 'tick.done', ''])('is not %j', (text) => {
    expect(isIdle(text)).toBe(false)
  })
})
