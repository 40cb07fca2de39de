import { describe, expect, it } from 'vitest'
import { KNOWN_CODES, meaningOf, type Next, nextOf, refusal } from '../../../shared/im/errcode.ts'
import { Fault } from '../../../shared/kernel/fault.ts'

/** Section 4.5 of Tencent's error codes, by what they ask for. */
const GROUPS: ReadonlyArray<readonly [next: Next, codes: readonly number[]]> = [
  ['again', [60004, 60005, 60008, 60013, 60014, 70169, 70202, 70500, 20004, 20005, 90992, 90994, 90995, 91000, 10002]],
  ['slower', [60007, 60011, 60018, 60019, 90057, 10006]],
  ['sign', [70001, 20002]],
  ['pause', [70050]],
  ['configure', [70003, 70005, 70009, 70013, 70014, 70016, 70020, 60010, 70403, 40004, 30004, 50003, 90009]],
  ['configure', [60006, 60012, 60016, 60017, 60021, 60025, 60026, 60027]],
  ['billing', [60020, 60028, 80005, 70398, 72000, 72001, 72002, 22007]],
  ['mend', [60002, 60003, 60009, 60015, 70206, 70402, 90001, 90002, 90003, 90005, 90007, 90010, 90011, 90018]],
  ['mend', [90028, 90029, 93000, 80002]],
  ['account', [70107, 90012, 90048, 20003, 40003, 30003, 50001, 70051]],
  ['end', [20006, 20007, 20009, 20010, 20011, 20012, 80001, 80004, 80003, 10016]],
]

describe('meaningOf', () => {
  for (const [next, codes] of GROUPS) {
    it.each(codes)(`%i asks for "${next}"`, (code) => {
      expect(meaningOf(code).next).toBe(next)
    })
  }

  it('knows no other code, and each once', () => {
    expect([...KNOWN_CODES].sort()).toEqual(GROUPS.flatMap(([, codes]) => codes).sort())
  })

  it('tries an unknown one again', () => {
    expect(meaningOf(99_999)).toMatchObject({ name: 'unknown', next: 'again' })
  })

  it.each(KNOWN_CODES)('%i has a name, and says what to do in both languages', (code) => {
    const { name, hint, zh } = meaningOf(code)
    expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/)
    expect(hint).toMatch(/^[A-Z90].*\.$/)
    expect(zh).toMatch(/\p{Script=Han}.*。$/u)
  })
})

describe('nextOf', () => {
  it('reads a refusal, and tries again what was not answered', () => {
    expect(nextOf(refusal('POST /v4/x', 70001))).toBe('sign')
    expect(nextOf(new Fault('IM_UNREACHABLE'))).toBe('again')
    expect(nextOf(new Fault('IM_UNREADABLE'))).toBe('again')
  })

  it('throws on what is none of IM', () => {
    expect(() => nextOf(new Fault('TABLE_UNAVAILABLE'))).toThrow(/^TABLE_UNAVAILABLE/)
    expect(() => nextOf(new TypeError('x'))).toThrow(TypeError)
  })
})

describe('refusal', () => {
  it('says what somebody has to mend', () => {
    const failure = refusal('POST /v4/x', 70013)
    expect(failure.facts).toEqual({ call: 'POST /v4/x', errcode: 70013, meaning: 'user-sig-of-another' })
    expect(failure.hint).toContain('IM_ADMIN')
    expect(failure.zh).toContain('IM_ADMIN')
  })
})
