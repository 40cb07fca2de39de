import { describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { MsgId } from '../../../shared/kernel/ids.ts'
import { remaining, reserved } from '../../../shared/store/permit.ts'
import { tableUnavailable } from '../../../shared/store/table-call.ts'
import { refusal } from '../../../shared/wechat/errcode.ts'
import { type Spent, settledPermit, spend } from '../../../shared/wechat/spend.ts'
import { NOW } from '../../support/build.ts'
import { aPermit } from '../../support/notices.ts'

const CALL = 'POST /cgi-bin/message/subscribe/send'
const TOKEN = 'POST /cgi-bin/stable_token'
const msgId = '1864323726461255680' as MsgId
const failing = (cause: unknown) => spend(() => Promise.reject(cause))
const unreachable = (because: string, call = CALL) => failing(new Fault('WECHAT_UNREACHABLE', { call, because }))
const unreadable = (status: number, call = CALL) => failing(new Fault('WECHAT_UNREADABLE', { call, status }))

describe('spend', () => {
  it.each([msgId, undefined])('sends: %s', async (given) => {
    expect(await spend(async () => given)).toEqual({ kind: 'sent', msgId: given })
  })

  it.each(['TimeoutError', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'status 500', 'status 502', 'status 504'])(
    'is not sure of what was cut by %s',
    async (because) => {
      expect(await unreachable(because)).toEqual({ kind: 'unsure' })
    },
  )

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'status 429', 'status 503', 'lease'])(
    'knows that nothing went out with %s',
    async (because) => {
      const failure = { next: 'again', reason: 'WECHAT_UNREACHABLE' }
      expect(await unreachable(because)).toEqual({ kind: 'refused', failure })
    },
  )

  it('knows that nothing went out without a token', async () => {
    expect((await unreachable('TimeoutError', TOKEN)).kind).toBe('refused')
    expect((await unreadable(200, TOKEN)).kind).toBe('refused')
  })

  it('is not sure of an answer that it cannot read, unless it is another’s', async () => {
    expect(await unreadable(200)).toEqual({ kind: 'unsure' })
    expect((await unreadable(302)).kind).toBe('refused')
    expect((await unreadable(404)).kind).toBe('refused')
  })

  it('is declined by 43101, and by no other', async () => {
    expect(await failing(refusal(CALL, 43101, ''))).toMatchObject({ kind: 'declined', failure: { errcode: 43101 } })
    expect(await failing(refusal(CALL, 43108, ''))).toMatchObject({
      kind: 'refused',
      failure: { reason: 'concurrent-send', errcode: 43108 },
    })
  })

  it.each([
    [40003, 'end'],
    [47003, 'mend'],
    [40037, 'mend'],
    [41030, 'mend'],
    [45009, 'tomorrow'],
    [-1, 'again'],
    [99999, 'again'],
  ])('says what %d asks for: %s', async (errcode, next) => {
    expect(await failing(refusal(CALL, errcode, ''))).toMatchObject({ kind: 'refused', failure: { next, errcode } })
  })

  it('says nothing of a table out of reach, which has the token', async () => {
    await expect(failing(tableUnavailable(new Error('x')))).rejects.toThrow(/^TABLE_UNAVAILABLE/)
  })

  it('takes a bug of ours for what may pass', async () => {
    expect(await failing(new TypeError('x'))).toEqual({ kind: 'refused', failure: { next: 'again', reason: 'BUG' } })
  })
})

describe('settledPermit', () => {
  const reservation = { id: 'r1', at: NOW }
  const before = reserved(aPermit(3), 'r1', NOW)
  const past = (spent: Spent) => settledPermit(spent, reservation)(before)
  const refused: Spent = { kind: 'refused', failure: { next: 'again', reason: 'x' } }

  it.each<[string, Spent, number, readonly object[]]>([
    ['sent', { kind: 'sent', msgId }, 2, [{ id: 'r1', msgId }]],
    ['sent without a msgid', { kind: 'sent', msgId: undefined }, 2, [{ id: 'r1' }]],
    ['unsure', { kind: 'unsure' }, 2, [{ id: 'r1' }]],
    ['declined', { kind: 'declined', failure: refused.failure }, 0, []],
    ['refused', refused, 3, []],
  ])('of %s', (_, spent, left, open) => {
    const permit = past(spent)
    expect(remaining(permit)).toBe(left)
    expect(permit.open).toMatchObject(open)
    expect(permit.open).toHaveLength(open.length)
  })

  it('gives back one permit however often it is released, and none of another send', () => {
    const other = reserved(before, 'r2', NOW)
    const once = settledPermit(refused, reservation)(other)
    expect(remaining(settledPermit(refused, reservation)(once))).toBe(2)
  })
})
