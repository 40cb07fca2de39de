import { describe, expect, it } from 'vitest'
import { errCodeOf, openApiFault, wordsOf } from '../../../functions/cloud/sdk-error.ts'
import { mayHaveArrived, nextOf } from '../../../shared/wechat/errcode.ts'

const CALL = 'customerServiceMessage.send'
const sdkError = (errCode: number, words: string): Error =>
  Object.assign(new Error(`errCode: ${errCode}  | errMsg: ${words}`), {
    errCode,
    errMsg: `openapi.${CALL}:fail ${words}`,
  })

/** As the SDK's README and the functions' logs have them. */
const ROWS = [
  [45015, 'response out of time limit', 'WECHAT_REFUSED', 'end'],
  [45047, 'out of response count limit', 'WECHAT_REFUSED', 'end'],
  [40001, 'invalid credential', 'WECHAT_REFUSED', 'refresh'],
  [-1, 'system error', 'WECHAT_REFUSED', 'again'],
  [-604101, 'system error: error code: -604101', 'WECHAT_REFUSED', 'configure'],
  [-604100, 'system error: error code: -604100', 'WECHAT_REFUSED', 'mend'],
  [-501003, 'EXCEED_REQUEST_LIMIT', 'WECHAT_REFUSED', 'in-a-minute'],
  [-501001, 'request timeout', 'WECHAT_UNREACHABLE', 'again'],
  [-501002, 'resource server timeout', 'WECHAT_UNREACHABLE', 'again'],
  [-604102, 'api timeout', 'WECHAT_UNREACHABLE', 'again'],
  [-601001, 'unexpected end of input', 'WECHAT_UNREADABLE', 'again'],
] as const

describe('openApiFault', () => {
  it.each(ROWS)('%i %s is %s, and then: %s', (errCode, words, code, next) => {
    const fault = openApiFault(CALL, sdkError(errCode, words))
    expect(fault).toMatchObject({ code, facts: { call: CALL } })
    expect(nextOf(fault)).toBe(next)
  })

  it.each([
    ['request timeout', 'timeout'],
    ['ESOCKETTIMEDOUT', 'timeout'],
    ['ETIMEDOUT', 'timeout'],
    ['connect ECONNREFUSED 127.0.0.1:80', 'ECONNREFUSED'],
    ['read ECONNRESET', 'ECONNRESET'],
    ['getaddrinfo ENOTFOUND env.internal.tcb-api.tencentcloudapi.com', 'ENOTFOUND'],
    ['socket hang up', 'gateway'],
    ['http status 500', 'gateway'],
  ])('tells what happened on the way by its words: %s is %s', (words, because) => {
    expect(openApiFault(CALL, sdkError(-501001, words)).facts).toEqual({ call: CALL, because })
    expect(openApiFault(CALL, new Error(words)).facts).toEqual({ call: CALL, because })
  })

  it('says nothing of the person, the words, or the gateway', () => {
    const words = 'oTEST_AAAAAAAAAAAAAAAAAAAAAA said 你好 at http://10.0.0.1/admin?env=a'
    for (const [errCode] of ROWS) {
      const { message, facts } = openApiFault(CALL, sdkError(errCode, words))
      expect(`${message}${JSON.stringify(facts)}`).not.toMatch(/oTEST|你好|10\.0\.0\.1/)
    }
  })

  it('keeps what it says whether the message went out', () => {
    const doubts = (words: string): boolean => mayHaveArrived(openApiFault(CALL, sdkError(-501001, words)))
    expect([doubts('connect ECONNREFUSED'), doubts('read ECONNRESET'), doubts('request timeout')]).toEqual([
      false,
      true,
      true,
    ])
  })
})

describe('errCodeOf and wordsOf', () => {
  it('read whatever was thrown', () => {
    expect([undefined, null, 'text', {}, { errCode: '45015' }, { errCode: 45015 }].map(errCodeOf)).toEqual([
      ...Array(5).fill(undefined),
      45015,
    ])
    expect(wordsOf({ code: 'A', errMsg: 'b' })).toBe('A b ')
    expect([wordsOf('text'), wordsOf(undefined)]).toEqual(['text', 'undefined'])
  })
})
