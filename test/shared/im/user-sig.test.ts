import { deflateSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adminSig } from '../../../shared/im/admin-sig.ts'
import { signUserSig, verifyUserSig } from '../../../shared/im/user-sig.ts'
import { sha256 } from '../../../shared/kernel/bytes.ts'
import type { SdkAppId, UserId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { hours, seconds } from '../../../shared/kernel/time.ts'
import file from '../../fixtures/vectors/usersig.json' with { type: 'json' }
import { aClock, NOW, oneLetterOff } from '../../support/build.ts'
import { ADMIN, BOB, SDK_APP_ID } from '../../support/im.ts'

interface Vector {
  readonly name: string
  readonly sdkappid: number | string
  readonly secretKey: string
  readonly identifier: number | string
  readonly expire: number | string
  readonly time: number
  readonly userBufUtf8?: string
  readonly userBufHex?: string
  readonly hmacInput: string
  readonly hmacInputSha256: string
  readonly json: string
  readonly userSigNodeZlibLevel6: string
  readonly userSigStoredLevel0: string
}

const VECTORS: readonly Vector[] = file.vectors

const decoded = (sig: string): Readonly<Record<string, unknown>> => {
  const base64 = sig.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=')
  return JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString('utf8'))
}

const encoded = (text: string): string =>
  deflateSync(text).toString('base64').replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_')

function bufferOf({ userBufUtf8, userBufHex }: Vector): { readonly userBuf?: Buffer } {
  if (userBufUtf8 !== undefined) return { userBuf: Buffer.from(userBufUtf8) }
  return userBufHex === undefined ? {} : { userBuf: Buffer.from(userBufHex, 'hex') }
}

const signerOf = (vector: Vector) => ({
  sdkAppId: String(vector.sdkappid) as SdkAppId,
  secretKey: new Secret(vector.secretKey),
  userId: String(vector.identifier) as UserId,
  now: seconds(vector.time),
  ...bufferOf(vector),
})

const KEY = new Secret('5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e')
const signer = { sdkAppId: SDK_APP_ID, secretKey: KEY, userId: BOB, now: NOW }
const sigOf = (changes: Partial<Parameters<typeof signUserSig>[0]> = {}) =>
  signUserSig({ ...signer, expire: hours(24), ...changes })

describe('signUserSig', () => {
  it.each(VECTORS)("says what Tencent's package says: $name", (vector) => {
    expect(sha256(vector.hmacInput)).toBe(vector.hmacInputSha256)
    const sig = signUserSig({ ...signerOf(vector), expire: seconds(Number(vector.expire)) })
    expect(sig).toMatch(/^[A-Za-z0-9*_-]+$/)
    expect(decoded(sig)).toEqual(JSON.parse(vector.json))
  })

  it('refuses a UserID that would be two lines, none, or more than 32 bytes', () => {
    for (const userId of ['x\nTLS.sdkappid:1', 'x\r', '\u0000', '', 'x'.repeat(33), '用'.repeat(11), '\ud83d']) {
      expect(() => sigOf({ userId: userId as UserId })).toThrow(/^USER_ID_INVALID bytes=\d+:/)
    }
    expect(sigOf({ userId: 'x'.repeat(32) as UserId })).toMatch(/./)
  })
})

describe('verifyUserSig', () => {
  it.each(VECTORS)('takes what Tencent signs, deflated or stored: $name', (vector) => {
    for (const sig of [vector.userSigNodeZlibLevel6, vector.userSigStoredLevel0]) {
      const expiresAt = vector.time + Number(vector.expire)
      expect(verifyUserSig(sig, signerOf(vector))).toEqual({ signedAt: vector.time, expiresAt })
    }
  })

  const [admin] = VECTORS
  if (admin === undefined) throw new Error('no vectors')
  const REASONS: Readonly<Record<string, RegExp>> = {
    'signature mismatch': /^USER_SIG_INVALID reason=mismatch:/,
    'expired (Go reference: now > time+expire; equal is still valid)': /^USER_SIG_INVALID reason=expired:/,
    malformed: /^USER_SIG_INVALID reason=malformed:/,
  }
  it.each(file.verification)('judges as Tencent does: $name', ({ token, expect: expected, ...changes }) => {
    const secretKey = 'verifyKey' in changes ? { secretKey: new Secret(changes.verifyKey ?? '') } : {}
    const now = 'now' in changes ? { now: seconds(changes.now ?? 0) } : {}
    const verify = () => verifyUserSig(token, { ...signerOf(admin), ...secretKey, ...now })
    const reason = REASONS[expected]
    if (reason === undefined) expect(verify()).toMatchObject({ signedAt: admin.time })
    else expect(verify).toThrow(reason)
  })

  it('takes back whatever was signed, and no other person, application, key or moment', () => {
    const users = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 32 })
    const apps = fc.integer({ min: 1, max: 2 ** 32 - 1 })
    const spans = fc.integer({ min: 0, max: 10 ** 9 })
    const buffers = fc.option(fc.uint8Array({ maxLength: 60 }), { nil: undefined })
    fc.assert(
      fc.property(users, apps, fc.string({ minLength: 1 }), spans, buffers, (user, app, key, span, userBuf) => {
        const by = {
          sdkAppId: String(app) as SdkAppId,
          secretKey: new Secret(key),
          userId: user as UserId,
          now: NOW,
          ...(userBuf === undefined ? {} : { userBuf }),
        }
        const sig = signUserSig({ ...by, expire: seconds(span) })
        const expiresAt = seconds(NOW + span)
        expect(verifyUserSig(sig, { ...by, now: expiresAt })).toEqual({ signedAt: NOW, expiresAt })
        const refusals: ReadonlyArray<readonly [changes: object, reason: RegExp]> = [
          [{ now: seconds(expiresAt + 1) }, /=expired:/],
          [{ userId: `${user}x` }, /=foreign-user:/],
          [{ sdkAppId: `${app}1` }, /=foreign-app:/],
          [{ secretKey: new Secret(`${key}x`) }, /=mismatch:/],
          [{ userBuf: Buffer.from('x'.repeat(61)) }, /=foreign-buffer:/],
        ]
        for (const [changes, reason] of refusals) {
          expect(() => verifyUserSig(sig, { ...by, ...changes })).toThrow(reason)
        }
      }),
    )
  })

  it('refuses one that lacks a buffer which is expected, and one that has a buffer which is not', () => {
    const userBuf = Buffer.from('abc')
    expect(() => verifyUserSig(sigOf(), { ...signer, userBuf })).toThrow(/reason=foreign-buffer/)
    expect(() => verifyUserSig(sigOf({ userBuf }), signer)).toThrow(/reason=foreign-buffer/)
  })

  const said = decoded(sigOf())
  const malformed: ReadonlyArray<readonly [what: string, sig: string]> = [
    ['nothing', ''],
    ['base64 of another kind', sigOf().replaceAll('_', '=')],
    ['no JSON', encoded('x')],
    ['a list', encoded('[]')],
    ['nothing inside', encoded('{}')],
    ['no signature', encoded(JSON.stringify({ ...said, 'TLS.sig': undefined }))],
    ['a signature that is a number', encoded(JSON.stringify({ ...said, 'TLS.sig': 1 }))],
    ['two lines', encoded(JSON.stringify({ ...said, 'TLS.identifier': 'x\nTLS.sdkappid:1' }))],
    ['a time that is no number', encoded(JSON.stringify({ ...said, 'TLS.time': {} }))],
    ['a buffer that is no text', encoded(JSON.stringify({ ...said, 'TLS.userbuf': [] }))],
    ['a megabyte of blanks, deflated', encoded(' '.repeat(2 ** 20))],
    ['100 KB', 'A'.repeat(100_000)],
  ]
  it.each(malformed)('refuses what has or is %s', (_, sig) => {
    expect(() => verifyUserSig(sig, signer)).toThrow(/^USER_SIG_INVALID reason=malformed:/)
  })

  it('refuses any text, and says why', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(encoded), fc.base64String()), (sig) => {
        expect(() => verifyUserSig(sig, signer)).toThrow(/^USER_SIG_INVALID reason=(?:malformed|mismatch):/)
      }),
    )
  })

  it('refuses another signature, and never shows it, nor the key', () => {
    const sig = encoded(JSON.stringify({ ...said, 'TLS.sig': oneLetterOff(String(said['TLS.sig'])) }))
    const failure = (() => {
      try {
        return verifyUserSig(sig, signer)
      } catch (cause) {
        return String(cause)
      }
    })()
    expect(failure).toContain('reason=mismatch')
    expect(failure).not.toContain(sig)
    expect(failure).not.toContain(KEY.reveal())
  })
})

describe('adminSig', () => {
  const anAdminSig = () => {
    const clock = aClock()
    return { clock, sigs: adminSig({ sdkAppId: SDK_APP_ID, secretKey: KEY, admin: ADMIN, clock }) }
  }

  it('signs once, for a day, and again when half of that is over', () => {
    const { clock, sigs } = anAdminSig()
    const first = sigs.get()
    expect(verifyUserSig(first.reveal(), { ...signer, userId: ADMIN })).toEqual({
      signedAt: NOW,
      expiresAt: NOW + 86_400,
    })
    clock.advance(seconds(43_199))
    expect(sigs.get()).toBe(first)
    clock.advance(seconds(1))
    expect(decoded(sigs.get().reveal())).toMatchObject({ 'TLS.time': NOW + 43_200 })
  })

  it('signs anew when it is asked to, and keeps that', () => {
    const { clock, sigs } = anAdminSig()
    const first = sigs.get()
    clock.advance(seconds(1))
    const second = sigs.fresh()
    expect(second.reveal()).not.toBe(first.reveal())
    expect(sigs.get()).toBe(second)
  })

  it('signs anew when the clock was put back: IM would not know a time to come', () => {
    const { clock, sigs } = anAdminSig()
    sigs.get()
    clock.advance(seconds(-100))
    expect(decoded(sigs.get().reveal())).toMatchObject({ 'TLS.time': NOW - 100 })
  })

  it('never prints', () => {
    expect(`${anAdminSig().sigs.get()}`).toBe('***')
  })
})
