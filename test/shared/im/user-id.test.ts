import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveUserId } from '../../../shared/im/user-id.ts'
import { hmacSha256 } from '../../../shared/kernel/bytes.ts'
import type { AppId, OpenId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { APP_ID, OPEN_ID, oneLetterOff } from '../../support/build.ts'

const KEY = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
const derive = (openId: string, key = KEY, appId: string = APP_ID): string =>
  deriveUserId(new Secret(key), appId as AppId, openId as OpenId)

const anOpenId = fc.stringMatching(/^o[\w-]{27}$/)

describe('deriveUserId', () => {
  it('gives the same UserID whenever it is asked, which is 128 bits of the HMAC', () => {
    const digest = hmacSha256(KEY, `weapp-push UserID 1\n${APP_ID}\n${OPEN_ID}`).toString('hex').slice(0, 32)
    const digits = derive(OPEN_ID).slice(1)
    const number = [...digits].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
    expect(number.toString(16).padStart(32, '0')).toBe(digest)
    expect(derive(OPEN_ID)).toBe(derive(OPEN_ID))
  })

  it('takes the form that IM allows everywhere, the same without its case, and never that of an openid', () => {
    fc.assert(
      fc.property(anOpenId, (openId) => {
        const userId = derive(openId)
        expect(userId).toMatch(/^u[a-z0-9]{25}$/)
        expect(userId).not.toMatch(/^o[\w-]{27}$/)
      }),
    )
  })

  it('changes all over with one letter of the openid, the AppID or the key', () => {
    fc.assert(
      fc.property(anOpenId, (openId) => {
        const others = [derive(oneLetterOff(openId)), derive(openId, oneLetterOff(KEY)), derive(openId, KEY, 'wx2')]
        for (const other of others) expect(other.slice(0, 8)).not.toBe(derive(openId).slice(0, 8))
      }),
    )
  })

  it('does not take a part of one member for a part of the next', () => {
    expect(derive('b', KEY, 'wxa')).not.toBe(derive('ab', KEY, 'wx'))
  })
})
