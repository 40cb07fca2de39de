import { describe, expect, it } from 'vitest'
import { FAULTS, Fault, type FaultCode, whyOf } from '../../../shared/kernel/fault.ts'

describe('Fault', () => {
  it('says its code, its facts and what to do next in one line', () => {
    const fault = new Fault('PUSH_TOO_OLD', { hours: 73 })
    expect(fault.message).toBe(`PUSH_TOO_OLD hours=73: ${FAULTS.PUSH_TOO_OLD.hint} ${FAULTS.PUSH_TOO_OLD.zh}`)
    expect(fault).toMatchObject({ name: 'Fault', code: 'PUSH_TOO_OLD', facts: { hours: 73 }, status: 401 })
  })

  it('says a hint of its own instead, where more is known', () => {
    const fault = new Fault('WECHAT_REFUSED', { errcode: -1 }, { hint: 'Wait.', zh: '请稍候。' })
    expect(fault.message).toBe('WECHAT_REFUSED errcode=-1: Wait. 请稍候。')
  })

  it('needs no facts and keeps its cause', () => {
    const cause = new Error('below')
    expect(new Fault('SIGNATURE_MISMATCH', {}, { cause }).cause).toBe(cause)
    expect(new Fault('SIGNATURE_MISMATCH').message).toMatch(/^SIGNATURE_MISMATCH: /)
  })
})

describe('FAULTS', () => {
  for (const code of Object.keys(FAULTS) as FaultCode[]) {
    it(`tells what to do about ${code} in English and in Chinese, in one line each`, () => {
      const { hint, zh } = FAULTS[code]
      expect(hint).toMatch(/^[A-Z].{20,}\.$/)
      expect(zh).toMatch(/^.*\p{Script=Han}.*。$/u)
      expect(hint + zh).not.toContain('\n')
    })
  }

  it('has one outward face for every push and every callback that is not proven: 401', () => {
    const proofs = /^(?:QUERY|SIGNATURE|ENVELOPE|PUSH|BODY_UNREADABLE|CALLBACK)/
    const statuses = Object.entries(FAULTS).filter(([code]) => proofs.test(code))
    expect(new Set(statuses.map(([, { status }]) => status))).toEqual(new Set([401]))
  })
})

describe('whyOf', () => {
  it.each([
    [new Fault('TABLE_UNAVAILABLE', { because: 'contention' }), { reason: 'TABLE_UNAVAILABLE', because: 'contention' }],
    [new Fault('SETTINGS_INVALID'), { reason: 'SETTINGS_INVALID', because: '' }],
    [new RangeError('what somebody wrote'), { reason: 'BUG', because: 'RangeError' }],
    ['what somebody wrote', { reason: 'BUG', because: 'string' }],
  ])('of %o', (cause, why) => {
    expect(whyOf(cause)).toEqual(why)
  })
})
