import { describe, expect, test } from 'vitest'
import { cloudLine, isTaken, verdictLine } from '../../../dev/cli/wording.ts'
import type { CloudOutcome } from '../../../dev/emulator/cloud-process.ts'
import type { Try } from '../../../dev/simulator/sender.ts'

const aTry = (changes: Partial<Try>): Try => ({
  status: 200,
  body: 'success',
  tookMs: 12,
  verdict: { kind: 'delivered' },
  ...changes,
})

describe('verdictLine', () => {
  test.each<readonly [string, Partial<Try>]>([
    ['200 success  ✓ delivered 送达 (12 ms)', {}],
    [`200 ${'x'.repeat(240)}…  ✓ delivered 送达 (12 ms)`, { body: 'x'.repeat(241) }],
    ['200 {"ErrCode":"0"}  ✓ delivered 送达 (12 ms)', { verdict: { kind: 'delivered', fields: { ErrCode: '0' } } }],
    ['200 "success"  ✗ abnormal 异常: why', { body: '"success"', verdict: { kind: 'abnormal', because: 'why' } }],
    [
      "401  ✗ refused 被拒绝: the reason is in the function's log 原因见函数日志",
      { status: 401, body: '', verdict: { kind: 'refused', status: 401 } },
    ],
    [
      '404  ✗ no such route; the URL ends in /push 路径不对，URL 应以 /push 结尾',
      { status: 404, verdict: { kind: 'refused', status: 404 } },
    ],
    ['500  ✗ unanswered 无应答: HTTP 500', { status: 500, verdict: { kind: 'unanswered', because: 'HTTP 500' } }],
    [
      '✗ unanswered 无应答: no answer in time',
      { status: -1, verdict: { kind: 'unanswered', because: 'no answer in time' } },
    ],
    [
      '✗ unanswered 无应答: ECONNREFUSED; is `npm start` running? 请先运行 npm start',
      { status: -1, verdict: { kind: 'unanswered', because: 'ECONNREFUSED' } },
    ],
  ])('says %s', (line, changes) => {
    expect(verdictLine(aTry(changes))).toBe(line)
  })
})

describe('cloudLine', () => {
  test.each<readonly [string, CloudOutcome, boolean]>([
    ['success  12 ms', { result: 'success' }, true],
    ['{"MsgType":"transfer_customer_service"}  12 ms', { result: { MsgType: 'transfer_customer_service' } }, true],
    ['{"ErrCode":0}  12 ms', { result: { ErrCode: 0 } }, true],
    [
      '{"ErrCode":-1}  ✗ refused 被拒绝: the reason is in the log 原因见日志  12 ms',
      { result: { ErrCode: -1 } },
      false,
    ],
    ['null  ✗ refused 被拒绝: the reason is in the log 原因见日志  12 ms', { result: null }, false],
    ['✗ it threw 抛出异常: why  12 ms', { error: { name: 'Error', message: 'why' } }, false],
    ['✗ ended at its time limit 超时被终止  12 ms', { timedOut: true }, false],
    ['✗ its process ended 进程意外退出: SIGSEGV  12 ms', { crashed: { code: null, signal: 'SIGSEGV' } }, false],
    ['✗ its process ended 进程意外退出: 7  12 ms', { crashed: { code: 7, signal: null } }, false],
  ])('says %s', (line, outcome, taken) => {
    const pushed = { ...outcome, tookMs: 12 }
    expect([cloudLine(pushed), isTaken(pushed)]).toEqual([line, taken])
  })
})
