import { describe, expect, test } from 'vitest'
import { type Diagnosis, diagnose } from '../../dev/diagnose.ts'
import { type Delivery, verification } from '../../dev/simulator/delivery.ts'
import { PUSH_MODES } from '../../shared/kernel/push-mode.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { hours, seconds } from '../../shared/kernel/time.ts'
import { decodeAesKey, sealEnvelope } from '../../shared/wechat/envelope.ts'
import { signatureOf } from '../../shared/wechat/signature.ts'
import { FORMATS } from '../../shared/wechat/wire.ts'
import {
  AES_KEY,
  APP_ID,
  aDelivery,
  anAccount,
  aTextPush,
  NOW,
  ORIGINAL_ID,
  oneLetterOff,
  TOKEN,
  withQuery,
} from '../support/build.ts'

const ENVIRONMENT = {
  WECHAT_APP_ID: APP_ID,
  WECHAT_TOKEN: TOKEN,
  WECHAT_ENCODING_AES_KEY: AES_KEY,
  WECHAT_PUSH_MODE: 'safe',
}

interface Changes {
  readonly env?: Readonly<Record<string, string>>
  readonly now?: number
  readonly arrivedAt?: number
}

/** What is found out a minute after {@link NOW}. */
function diagnosed(query: string, body?: string | Uint8Array, { env, now = NOW + 60, arrivedAt }: Changes = {}) {
  const times = { now: seconds(now), ...(arrivedAt === undefined ? {} : { arrivedAt: seconds(arrivedAt) }) }
  return diagnose(
    body === undefined ? { query } : { query, body: Buffer.from(body) },
    { ...ENVIRONMENT, ...env },
    times,
  )
}

const diagnosedPush = ({ query, body }: Delivery, changes?: Changes): Diagnosis => diagnosed(query, body, changes)

const outcomes = ({ steps }: Diagnosis): readonly string[] =>
  steps.map(({ step, outcome }) => (outcome === 'ok' ? step : `${step} ${outcome}`))

const safe = aDelivery(aTextPush(), { mode: 'safe' })
const plain = aDelivery(aTextPush(), { mode: 'plaintext' })

describe('diagnose of a push that is in order', () => {
  describe.each(PUSH_MODES)('in %s mode', (mode) => {
    test.each(FORMATS)('says what the push is, as %s', (format) => {
      const delivery = aDelivery(aTextPush(), { mode, format })
      const diagnosis = diagnosedPush(delivery, { env: { WECHAT_PUSH_MODE: mode } })
      expect(diagnosis).toMatchObject({ ok: true, kind: 'text', format, sealed: mode !== 'plaintext', look: [] })
      expect(diagnosis.fields).toMatchObject({ Content: '你好，请问什么时候发货？', MsgId: '23637352235060881' })
      expect(diagnosis).not.toHaveProperty('reason')
    })
  })

  test('names the steps in the order in which they were taken', () => {
    const sealed = ['settings', 'query', 'body', 'signature', 'envelope', 'message', 'clock']
    expect(outcomes(diagnosedPush(safe))).toEqual(sealed)
    const inClear = diagnosedPush(plain, { env: { WECHAT_PUSH_MODE: 'plaintext' } })
    expect(outcomes(inClear)).toEqual(['settings', 'query', 'signature', 'body', 'message', 'clock'])
  })

  test('reads past a byte-order mark', () => {
    expect(diagnosed(safe.query, `\ufeff${safe.body}`)).toMatchObject({ ok: true, kind: 'text' })
  })

  test('echoes what the check of the URL asks for', () => {
    const { query, echostr } = verification(anAccount(), NOW)
    const diagnosis = diagnosed(query)
    expect(diagnosis).toMatchObject({
      ok: true,
      kind: 'verification',
      format: null,
      sealed: false,
      fields: { echostr },
    })
    expect(outcomes(diagnosis)).toEqual(['settings', 'query', 'signature'])
  })
})

describe('diagnose of the clock', () => {
  const clockOf = (changes: Changes) => {
    const { ok, reason, steps } = diagnosedPush(safe, changes)
    return { ok, reason, ...steps.at(-1) }
  }
  const signedAt = /^signed at 2025-10-09T08:53:20\.000Z 签名时间/

  test('says when the push was signed', () => {
    expect(clockOf({})).toMatchObject({ ok: true, step: 'clock', outcome: 'ok', note: expect.stringMatching(signedAt) })
  })

  test('takes the age of a capture for no failure and warns of it', () => {
    const clock = clockOf({ now: NOW + hours(73) })
    expect(clock).toMatchObject({ ok: true, step: 'clock', outcome: 'warning' })
    expect(clock.note).toMatch(/^signed at 2025.*arriving now it would be refused 现在到达会被拒绝$/)
  })

  test('warns of a push that is ahead of this clock', () => {
    const clock = clockOf({ now: NOW - hours(2) })
    expect(clock).toMatchObject({ ok: true, step: 'clock', outcome: 'warning' })
    expect(clock.note).toMatch(/^signed at 2025.*ahead of this clock 超前于本机时钟$/)
  })

  test.each([
    ['PUSH_TOO_OLD', 73, 'PUSH_TOO_OLD hours=73'],
    ['PUSH_FROM_FUTURE', -2, 'PUSH_FROM_FUTURE hours=2'],
  ])('refuses with %s what arrived %d hours after it was signed', (reason, late, note) => {
    const changes = { arrivedAt: NOW + hours(late) }
    expect(clockOf(changes)).toEqual({ ok: false, reason, step: 'clock', outcome: 'failed', note })
    expect(outcomes(diagnosedPush(safe, changes)).slice(0, -1)).toEqual(outcomes(diagnosedPush(safe)).slice(0, -1))
  })

  test('accepts what arrived in time, however old the capture is', () => {
    expect(clockOf({ now: NOW + hours(500), arrivedAt: NOW + 3 })).toMatchObject({ ok: true, outcome: 'warning' })
  })

  test('keeps to PUSH_RETENTION_HOURS', () => {
    const changes = { env: { PUSH_RETENTION_HOURS: '1' }, arrivedAt: NOW + hours(2) }
    expect(clockOf(changes)).toMatchObject({ ok: false, reason: 'PUSH_TOO_OLD' })
  })
})

/** Sealed and signed as WeChat would, whatever the text is. */
function sealedText(text: string): readonly [query: string, body: string] {
  const encrypt = sealEnvelope(text, decodeAesKey(AES_KEY), APP_ID, Buffer.alloc(16, 'r'))
  const signed = { timestamp: String(NOW), nonce: '1' }
  const msg_signature = signatureOf(new Secret(TOKEN), { ...signed, encrypt })
  return [new URLSearchParams({ ...signed, msg_signature }).toString(), JSON.stringify({ Encrypt: encrypt })]
}

const IN_CLEAR = { WECHAT_PUSH_MODE: 'plaintext' }
const ANOTHER_TOKEN = { WECHAT_TOKEN: 'AnotherToken' }

const FAILURES: Readonly<Record<string, readonly [failed: Diagnosis, reason: string, steps: readonly string[]]>> = {
  'a malformed setting': [
    diagnosedPush(safe, { env: { WECHAT_ENCODING_AES_KEY: `${AES_KEY} ` } }),
    'SETTINGS_INVALID',
    ['settings failed'],
  ],
  'a parameter that is missing': [
    diagnosed(withQuery(safe.query, { nonce: undefined }), safe.body),
    'QUERY_INCOMPLETE',
    ['settings', 'query failed'],
  ],
  'a parameter that is there twice': [
    diagnosed(`${safe.query}&nonce=1`, safe.body),
    'QUERY_REPEATED',
    ['settings', 'query failed'],
  ],
  'a body cut short': [
    diagnosed(safe.query, safe.body.slice(0, -9)),
    'BODY_UNREADABLE',
    ['settings', 'query', 'body failed'],
  ],
  'bytes that are not UTF-8': [
    diagnosed(safe.query, Buffer.from(safe.body.replace('gh_', '\xff\xfe'), 'latin1')),
    'BODY_UNREADABLE',
    ['settings', 'query', 'body failed'],
  ],
  'a push in clear where it must be sealed': [
    diagnosedPush(plain),
    'PUSH_UNSEALED',
    ['settings', 'query', 'body failed'],
  ],
  'a sealed push where it must be in clear': [
    diagnosedPush(safe, { env: IN_CLEAR }),
    'PUSH_SEALED',
    ['settings', 'query', 'signature', 'body failed'],
  ],
  'a body cut short, in clear': [
    diagnosed(plain.query, plain.body.slice(0, -9), { env: IN_CLEAR }),
    'BODY_UNREADABLE',
    ['settings', 'query', 'signature', 'body failed'],
  ],
  'another Token': [
    diagnosedPush(safe, { env: ANOTHER_TOKEN }),
    'SIGNATURE_MISMATCH',
    ['settings', 'query', 'body', 'signature failed'],
  ],
  'another Token, in clear': [
    diagnosedPush(plain, { env: { ...IN_CLEAR, ...ANOTHER_TOKEN } }),
    'SIGNATURE_MISMATCH',
    ['settings', 'query', 'signature failed'],
  ],
  'another Token at the check of the URL': [
    diagnosed(verification(anAccount(), NOW).query, undefined, { env: ANOTHER_TOKEN }),
    'SIGNATURE_MISMATCH',
    ['settings', 'query', 'signature failed'],
  ],
  'another AppID': [
    diagnosedPush(safe, { env: { WECHAT_APP_ID: oneLetterOff(APP_ID) } }),
    'ENVELOPE_REJECTED',
    ['settings', 'query', 'body', 'signature', 'envelope failed'],
  ],
  'a sealed text that is no push': [
    diagnosed(...sealedText('success')),
    'BODY_UNREADABLE',
    ['settings', 'query', 'body', 'signature', 'envelope', 'message failed'],
  ],
}

describe('diagnose of a push that is refused', () => {
  test.each(Object.entries(FAILURES))('says how far %s came', (_, [diagnosis, reason, steps]) => {
    expect(diagnosis).toMatchObject({ ok: false, reason, kind: null })
    expect(outcomes(diagnosis)).toEqual(steps)
    expect(diagnosis.steps.at(-1)?.note).toMatch(new RegExp(`^${reason}\\b`))
  })

  test.each(Object.entries(FAILURES))('ends with what to do about %s, in English and Chinese', (_, [{ look }]) => {
    expect(look).not.toContain('')
    expect(look.at(-1)).toMatch(/^[A-Z][ -~]+ .*\p{Script=Han}/u)
  })

  test.each(Object.entries(FAILURES))('never prints a secret of %s', (_, [diagnosis]) => {
    const printed = JSON.stringify(diagnosis)
    for (const secret of [TOKEN, AES_KEY, ...Object.values(ANOTHER_TOKEN)]) expect(printed).not.toContain(secret)
  })

  test('shows of the body what anybody may read', () => {
    const sealed = diagnosedPush(safe, { env: ANOTHER_TOKEN })
    expect(sealed).toMatchObject({ format: 'json', sealed: true, fields: { ToUserName: ORIGINAL_ID } })
    expect(Object.keys(sealed.fields ?? {})).toEqual(['ToUserName', 'Encrypt'])
    const inClear = diagnosedPush(aDelivery(aTextPush(), { mode: 'plaintext', format: 'xml' }))
    expect(inClear).toMatchObject({ format: 'xml', sealed: false, fields: { MsgType: 'text' } })
  })

  test('shows it behind a byte-order mark too', () => {
    const { query, body } = safe
    expect(diagnosed(query, `\ufeff${body}`, { env: ANOTHER_TOKEN })).toMatchObject({ format: 'json', sealed: true })
  })

  test('shows nothing of what cannot be read, or of the check of the URL', () => {
    const nothing = { kind: null, format: null, sealed: null, fields: null }
    expect(diagnosed(safe.query, 'Encrypt=abc')).toMatchObject(nothing)
    expect(diagnosed(safe.query)).toMatchObject(nothing)
  })

  test('passes on what is no fault of the capture', () => {
    const broken = new Proxy({}, { get: () => expect.fail('the environment is broken') })
    expect(() => diagnose({ query: safe.query }, broken, { now: NOW })).toThrow('the environment is broken')
  })
})
