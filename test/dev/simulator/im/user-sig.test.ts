import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultOf, signUser } from '../../../../dev/simulator/im/user-sig.ts'
import { Secret } from '../../../../shared/kernel/secret.ts'
import { hours, seconds } from '../../../../shared/kernel/time.ts'
import file from '../../../fixtures/vectors/usersig.json' with { type: 'json' }

const [first] = file.vectors
const application = { sdkAppId: Number(first?.sdkappid), secretKey: new Secret(first?.secretKey ?? '') }
const now = seconds(first?.time ?? 0)

const EXPECTED: Readonly<Record<string, number | undefined>> = {
  'tampered-expire': 70009,
  'tampered-identifier': 70013,
  'wrong-key': 70009,
  expired: 70001,
  'boundary-not-expired': undefined,
  truncated: 70003,
  'not-base64': 70003,
}

describe.each(file.vectors)('the published $name', (vector) => {
  const { secretKey, time } = vector
  const [sdkAppId, identifier] = [Number(vector.sdkappid), String(vector.identifier)]
  const known = { sdkAppId, secretKey: new Secret(secretKey) }

  test.each(['userSigNodeZlibLevel6', 'userSigStoredLevel0'] as const)('holds as %s', (form) => {
    expect(faultOf(vector[form], known, identifier, seconds(time))).toBeUndefined()
  })

  test('holds for nobody else', () => {
    const userSig = vector.userSigNodeZlibLevel6
    expect(faultOf(userSig, known, `${identifier}x`, seconds(time))).toBe(70013)
    expect(faultOf(userSig, { ...known, sdkAppId: sdkAppId + 1 }, identifier, seconds(time))).toBe(70014)
    expect(faultOf(userSig, { ...known, secretKey: new Secret(`${secretKey}0`) }, identifier, seconds(time))).toBe(
      70009,
    )
  })
})

describe('a UserSig', () => {
  test.each(file.verification)('that is $name is told apart', ({ name, token, verifyKey, now: at }) => {
    const key = new Secret(verifyKey ?? application.secretKey.reveal())
    const fault = faultOf(token, { ...application, secretKey: key }, 'administrator', seconds(at ?? now))
    expect(Object.keys(EXPECTED)).toContain(name)
    expect(fault).toBe(EXPECTED[name])
  })

  test('whose UserID was changed does not hold for the new one either', () => {
    const tampered = file.verification.find(({ name }) => name === 'tampered-identifier')?.token ?? ''
    expect(faultOf(tampered, application, 'evil', now)).toBe(70009)
  })

  test('that we sign holds as long as it says, for whoever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (userId) => {
        const userSig = signUser(application, userId, { now, expire: hours(1) })
        expect(userSig).toMatch(/^[\w*-]+$/)
        expect(faultOf(userSig, application, userId, seconds(now + 3600))).toBeUndefined()
        expect(faultOf(userSig, application, userId, seconds(now + 3601))).toBe(70001)
      }),
    )
  })

  test('that is any text is malformed, and no reason to fail', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(faultOf(text, application, 'alice', now)).toBe(70003)
      }),
    )
  })
})
