import { describe, expect, test } from 'vitest'
import { diagnose } from '../../dev/diagnose.ts'
import { verification } from '../../dev/simulator/delivery.ts'
import type { Capture } from '../../dev/suspicions.ts'
import { FAULTS, type FaultCode } from '../../shared/kernel/fault.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { writeAnswer } from '../../shared/wechat/answer.ts'
import { answerRandom, decodeAesKey, sealEnvelope } from '../../shared/wechat/envelope.ts'
import { signatureOf } from '../../shared/wechat/signature.ts'
import { AES_KEY, APP_ID, aDelivery, anAccount, aPush, aTextPush, NOW, oneLetterOff, TOKEN } from '../support/build.ts'
import { vectorOf } from '../support/vectors.ts'

const ENVIRONMENT = {
  WECHAT_APP_ID: APP_ID,
  WECHAT_TOKEN: TOKEN,
  WECHAT_ENCODING_AES_KEY: AES_KEY,
  WECHAT_PUSH_MODE: 'safe',
}

/** Always the same ciphertext, so that what a wrong key makes of it is the same too. */
const delivery = aDelivery(aTextPush(), { nonce: '415670741', random: Buffer.alloc(16, 'r') })
const captured = (body: string, { query } = delivery): Capture => ({ query, body: Buffer.from(body) })

/** Signed as WeChat would, whatever the ciphertext is. */
function signed(encrypt: string): Capture {
  const parts = { timestamp: String(NOW), nonce: '1' }
  const msg_signature = signatureOf(new Secret(TOKEN), { ...parts, encrypt })
  return captured(JSON.stringify({ Encrypt: encrypt }), {
    ...delivery,
    query: new URLSearchParams({ ...parts, msg_signature }).toString(),
  })
}

/** What our receiver answers, with the query that it would take to send it back. */
function anAnswer(): Capture {
  const world = { now: NOW, random: answerRandom }
  return signed(JSON.parse(writeAnswer({ kind: 'transfer_customer_service' }, aPush(), world).body).Encrypt)
}

function weComCheck(): Capture {
  const { timestamp = '', nonce = '', msgSignature = '', encrypt = '' } = vectorOf('wechatpy-wecom-echostr')
  const query = new URLSearchParams({ msg_signature: msgSignature, timestamp, nonce, echostr: encrypt })
  return { query: query.toString() }
}

type Case = readonly [capture: Capture, reason: FaultCode, first: string, env?: Readonly<Record<string, string>>]

const CASES: Readonly<Record<string, Case>> = {
  'the check of WeCom': [
    weComCheck(),
    'QUERY_INCOMPLETE',
    'This is the check of WeCom (企业微信), which signs echostr',
  ],
  'a push without its body': [
    { query: delivery.query },
    'QUERY_INCOMPLETE',
    'No echostr: this is a push. Give its body with --body-file.',
  ],
  'another Token': [
    captured(delivery.body),
    'SIGNATURE_MISMATCH',
    'The Token is another one than the console has.',
    { WECHAT_TOKEN: oneLetterOff(TOKEN) },
  ],
  'another Token at the check of the URL': [
    { query: verification(anAccount(), NOW).query },
    'SIGNATURE_MISMATCH',
    'The Token is another one than the console has.',
    { WECHAT_TOKEN: oneLetterOff(TOKEN) },
  ],
  'a body that was URL-decoded': [
    captured(delivery.body.replaceAll('+', ' ')),
    'SIGNATURE_MISMATCH',
    'Encrypt holds blanks where + was: the body was URL-decoded.',
  ],
  'a body that belongs to another query': [
    captured(aDelivery(aTextPush({ Content: '另一条' })).body),
    'SIGNATURE_MISMATCH',
    'The Token is right, Encrypt is not what was signed: body and query belong together?',
  ],
  'an Encrypt that is no ciphertext': [
    signed('QUJD'),
    'ENVELOPE_REJECTED',
    'Encrypt is cut off or not base64: was the body captured whole?',
  ],
  'another key': [
    captured(delivery.body),
    'ENVELOPE_REJECTED',
    'The Token is right and the key is not: copy the 43 characters of EncodingAESKey again.',
    { WECHAT_ENCODING_AES_KEY: AES_KEY.toLowerCase() },
  ],
  'another AppID': [
    captured(delivery.body),
    'ENVELOPE_REJECTED',
    'Token and key are right, the push is for another AppID: check WECHAT_APP_ID',
    { WECHAT_APP_ID: oneLetterOff(APP_ID) },
  ],
  'an answer of ours': [anAnswer(), 'ENVELOPE_REJECTED', 'This is an answer of ours, not a push'],
  'a body of another format': [
    captured(`Encrypt=${encodeURIComponent(delivery.body)}`),
    'BODY_UNREADABLE',
    'The body begins with neither { nor <: was it captured whole, and as bytes?',
  ],
  'a newline on a key': [
    captured(delivery.body),
    'SETTINGS_INVALID',
    'WECHAT_ENCODING_AES_KEY (a blank or newline at its beginning or end; 首尾有空格或换行)',
    { WECHAT_ENCODING_AES_KEY: `${AES_KEY}\n` },
  ],
}

const diagnosed = (capture: Capture, env = {}) => diagnose(capture, { ...ENVIRONMENT, ...env }, { now: NOW })

describe('the first thing to look at', () => {
  test.each(Object.entries(CASES))('names %s', (_, [capture, reason, first, env]) => {
    const diagnosis = diagnosed(capture, env)
    expect(diagnosis).toMatchObject({ ok: false, reason })
    expect(diagnosis.look[0]?.slice(0, first.length)).toBe(first)
    expect(diagnosis.look[0]).toMatch(/\p{Script=Han}/u)
  })

  test.each(Object.entries(CASES))('is not watered down by the general hint: %s', (_, [capture, , , env]) => {
    expect(diagnosed(capture, env).look).toHaveLength(1)
  })

  test('is a body that was cut off', () => {
    const { query, body } = aDelivery(aTextPush())
    const [look] = diagnosed({ query, body: Buffer.from(body.slice(0, 100)) }).look
    expect(look).toContain('cut off')
  })

  test('is a Lambda event given in the place of its body', () => {
    const { query, body } = aDelivery(aTextPush())
    const [look] = diagnosed({ query, body: Buffer.from(JSON.stringify({ rawQueryString: query, body })) }).look
    expect(look).toContain('Lambda event')
  })

  test.each(Object.entries(CASES))('holds no secret: %s', (_, [capture, , , env]) => {
    const printed = JSON.stringify(diagnosed(capture, env))
    const secrets = [TOKEN, AES_KEY, oneLetterOff(TOKEN), AES_KEY.toLowerCase()]
    for (const secret of secrets) expect(printed).not.toContain(secret)
  })

  test('is the hint alone where nothing more is known', () => {
    const inClear = aDelivery(aTextPush(), { mode: 'plaintext' })
    expect(diagnosed(captured(inClear.body, inClear)).look).toEqual([
      `${FAULTS.PUSH_UNSEALED.hint} ${FAULTS.PUSH_UNSEALED.zh}`,
    ])
  })

  test('does not doubt a body that opened, whatever was sealed in it', () => {
    const encrypt = sealEnvelope('success', decodeAesKey(AES_KEY), APP_ID, Buffer.alloc(16, 'r'))
    const { hint, zh } = FAULTS.BODY_UNREADABLE
    expect(diagnosed(signed(encrypt))).toMatchObject({ reason: 'BODY_UNREADABLE', look: [`${hint} ${zh}`] })
  })
})

describe('what was really sent', () => {
  test('held a + before it was URL-decoded', () => {
    expect(JSON.parse(delivery.body).Encrypt).toContain('+')
    expect(diagnosed(captured(delivery.body)).ok).toBe(true)
  })
})
