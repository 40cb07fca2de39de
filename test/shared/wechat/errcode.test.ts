import { describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import {
  ERRCODES,
  mayHaveArrived,
  meaningOf,
  nextOf,
  refusal,
  refusedBy,
  TOKEN_CALL,
} from '../../../shared/wechat/errcode.ts'
import { OPEN_ID } from '../../support/build.ts'

const SEND = 'POST /cgi-bin/message/custom/send'

describe('ERRCODES', () => {
  for (const [errcode, { name, hint, zh }] of Object.entries(ERRCODES)) {
    it(`tells what to do about ${errcode}, ${name}, in English and in Chinese, in one line each`, () => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(hint).toMatch(/^[A-Z].{10,}\.$/)
      expect(zh).toMatch(/^.*\p{Script=Han}.*。$/u)
      expect(hint + zh).not.toContain('\n')
    })
  }

  it('sorts them by what is to be done', () => {
    const expected = {
      again: [-1, 43108, 20001, 200001],
      'in-a-minute': [45011, 44991],
      tomorrow: [45009],
      refresh: [40001, 40014, 42001],
      configure: [40013, 40125, 40164, 40243, 50004, 50007, 89503, 89506, 89507, 48001, 61007],
      end: [40003, 40029, 40163, 40226, 43101, 43104, 43107, 45015, 45047, 45080, 45081, 45168, 61010, 70000],
      mend: [40007, 40008, 40037, 41001, 41002, 41004, 41030, 43002, 44002, 45002, 45072, 47001, 47003, 200020],
    }
    for (const [next, errcodes] of Object.entries(expected)) {
      expect(Object.fromEntries(errcodes.map((errcode) => [errcode, meaningOf(errcode).next]))).toEqual(
        Object.fromEntries(errcodes.map((errcode) => [errcode, next])),
      )
    }
  })

  it('has a meaning for an errcode that it does not know, those of Object.prototype included', () => {
    expect(meaningOf(99999)).toMatchObject({ name: 'unknown', next: 'again' })
    expect(meaningOf(Number.NaN).name).toBe('unknown')
  })
})

describe('nextOf', () => {
  it('reads it off the errcode', () => {
    expect(nextOf(refusal(SEND, 43101, 'user refuse to accept the msg'))).toBe('end')
    expect(nextOf(refusal(SEND, 40001, ''))).toBe('refresh')
  })

  it('takes a refusal of the call for a token for a matter of the settings', () => {
    expect(nextOf(refusal(TOKEN_CALL, 40001, 'invalid credential'))).toBe('configure')
    expect(nextOf(refusal(TOKEN_CALL, -1, 'system error'))).toBe('again')
  })

  it('tries again what was not answered, and leaves a picture that is none to the rule', () => {
    const codes = ['WECHAT_UNREACHABLE', 'WECHAT_UNREADABLE', 'PICTURE_UNREACHABLE', 'PICTURE_UNUSABLE'] as const
    expect(codes.map((code) => nextOf(new Fault(code)))).toEqual(['again', 'again', 'again', 'mend'])
  })

  it('throws what is not of the API', () => {
    for (const other of [new Fault('TABLE_UNAVAILABLE'), new TypeError('a bug')]) {
      expect(() => nextOf(other)).toThrow(other)
    }
  })
})

describe('refusal', () => {
  it('reads well in one line, with the address to allow', () => {
    const errmsg = 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 5fa26c60-1a0ebdd5-32fd1cd0'
    expect(refusal(TOKEN_CALL, 40164, errmsg).message).toBe(
      'WECHAT_REFUSED call=POST /cgi-bin/stable_token errcode=40164 meaning=ip-not-allowed ip=203.0.113.7 ' +
        'rid=5fa26c60-1a0ebdd5-32fd1cd0: Add exactly 203.0.113.7 to the IP allow-list in the console: ' +
        '开发管理 → 开发设置 → IP白名单. 请把 203.0.113.7 原样加入小程序后台的 IP 白名单：开发管理 → 开发设置 → IP白名单。',
    )
  })

  it('says the same again from its facts', () => {
    const first = refusal(TOKEN_CALL, 40164, 'invalid ip 240e:3b7::1 ipv6 240e:3b7::1, not in whitelist')
    expect(first.facts.ip).toBe('240e:3b7::1')
    expect(refusedBy(first.facts)).toEqual(first)
    expect(refusedBy(first.facts).message).toBe(first.message)
  })

  it('names the key of a template whose value was refused', () => {
    const { facts } = refusal(SEND, 47003, 'argument invalid! data.thing1.value invalid rid: 66aa-bb')
    expect(facts).toEqual({ call: SEND, errcode: 47003, meaning: 'template-data-invalid', field: 'thing1' })
  })

  for (const errmsg of [
    `invalid ip ${OPEN_ID} not in whitelist`,
    'invalid ip 203.0.113.777, not in whitelist',
    'invalid ip 203.0.113.7x',
    'invalid ip ::::, rid: 5fa26c60-1a0ebdd5-32fd1cd0ff',
    `data.${OPEN_ID}.value rid: ${OPEN_ID}`,
    'rid: ok, ip 13800138000',
  ]) {
    it(`takes nothing that only looks alike: ${errmsg}`, () => {
      expect(refusal(SEND, 40164, errmsg).facts).toEqual({ call: SEND, errcode: 40164, meaning: 'ip-not-allowed' })
    })
  }

  it('has a sentence without an address too', () => {
    expect(refusal(SEND, 40164, '').message).toContain('Add exactly the address of our way out to')
  })
})

describe('mayHaveArrived', () => {
  const unreachable = (because: string, call = SEND) => new Fault('WECHAT_UNREACHABLE', { call, because })
  const unreadable = (status: number) => new Fault('WECHAT_UNREADABLE', { call: SEND, status })

  it.each([
    'timeout',
    'UND_ERR_SOCKET',
    'ECONNRESET',
    'too-large',
    'status 500',
    'status 502',
    'status 504',
    'status 520',
  ])('takes it for possible after %s', (because) => {
    expect(mayHaveArrived(unreachable(because))).toBe(true)
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT', 'status 429', 'status 503', 'lease'])(
    'knows that it did not after %s',
    (because) => {
      expect(mayHaveArrived(unreachable(because))).toBe(false)
    },
  )

  it('knows that a proxy has let nothing through with a status of its own, and nothing of a 200 that cannot be read', () => {
    expect([302, 401, 403, 404].map((status) => mayHaveArrived(unreadable(status)))).toEqual(Array(4).fill(false))
    expect([200, 202].map((status) => mayHaveArrived(unreadable(status)))).toEqual([true, true])
  })

  it('knows that nothing was sent without a token, and nothing done that WeChat refused', () => {
    expect(mayHaveArrived(unreachable('timeout', TOKEN_CALL))).toBe(false)
    expect(mayHaveArrived(refusal(SEND, 43101, ''))).toBe(false)
    expect(mayHaveArrived(new TypeError('a bug'))).toBe(false)
  })
})
