import { describe, expect, it } from 'vitest'
import { receiveCallback } from '../../../shared/im/receive.ts'
import { isSigned, signCallback } from '../../../shared/im/signature.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import file from '../../fixtures/vectors/im-callback-sign.json' with { type: 'json' }
import { oneLetterOff } from '../../support/build.ts'
import { aCallback, aCallbackQuery, aMessageBody, anImTrust } from '../../support/im.ts'

describe('signCallback', () => {
  it.each(file.vectors)('signs as Tencent does: $note', ({ token, requestTime, sign }) => {
    expect(signCallback(new Secret(token), requestTime)).toBe(sign)
  })
})

describe('isSigned', () => {
  it.each(file.vectors)('takes what Tencent signs, in either case of hex: $note', ({ token, requestTime, sign }) => {
    const tokens = [new Secret(token)]
    expect(isSigned(tokens, requestTime, sign)).toBe(true)
    expect(isSigned(tokens, requestTime, sign.toUpperCase())).toBe(true)
  })

  it.each(file.vectors)('refuses one letter off in the signature, the token or the time: $note', (vector) => {
    const { token, requestTime, sign } = vector
    expect(isSigned([new Secret(token)], requestTime, oneLetterOff(sign))).toBe(false)
    expect(isSigned([new Secret(oneLetterOff(token))], requestTime, sign)).toBe(false)
    expect(isSigned([new Secret(token)], oneLetterOff(requestTime), sign)).toBe(false)
  })

  it('takes any of the tokens in use, wherever it stands', () => {
    const [old, current, next] = ['old-token', 'the-token', 'next-token'].map((token) => new Secret(token))
    if (old === undefined || current === undefined || next === undefined) throw new Error('three tokens')
    const sign = signCallback(current, '1760000000')
    expect(isSigned([current, old, next], '1760000000', sign)).toBe(true)
    expect(isSigned([old, next, current], '1760000000', sign)).toBe(true)
    expect(isSigned([old, next], '1760000000', sign)).toBe(false)
    expect(isSigned([], '1760000000', sign)).toBe(false)
  })
})

describe('the age of a callback', () => {
  it.each(file.freshness)('of $requestTime at $now: $expect', ({ requestTime, now, expect: expected }) => {
    const { query, body } = aCallback(aMessageBody(), { now: seconds(requestTime) })
    const receive = () => receiveCallback(query, Buffer.from(body), anImTrust(), seconds(now))
    if (expected === 'reject') expect(receive).toThrow(/^CALLBACK_STALE seconds=61:/)
    else expect(receive()).toMatchObject({ kind: 'message' })
  })

  it('is not told by nine digits, which could be signed with a longer token: the published collision is refused', () => {
    const [longer, shorter] = file.vectors.slice(3)
    expect(longer?.sign).toBe(shorter?.sign)
    const query = new URLSearchParams(aCallbackQuery('State.StateChange'))
    query.set('Sign', longer?.sign ?? '')
    query.set('RequestTime', longer?.requestTime ?? '')
    const trust = anImTrust({ tokens: [new Secret(longer?.token ?? '')] })
    const receive = () => receiveCallback(query.toString(), Buffer.from('{}'), trust, seconds(669_872_112))
    expect(receive).toThrow(/^CALLBACK_INCOMPLETE parameter=RequestTime:/)
  })
})
