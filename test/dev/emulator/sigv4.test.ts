import { describe, expect, test } from 'vitest'
import { amzDateOf, signatureOf, timeOf } from '../../../dev/emulator/sigv4.ts'
import { millis } from '../../../shared/kernel/time.ts'
import vectors from '../../fixtures/vectors/sigv4.json' with { type: 'json' }

const { secret, amzDate, scope } = vectors

describe('signatureOf', () => {
  test.each(vectors.requests)('is what AWS gives for $name', ({ method, target, headers, body, signature }) => {
    const own = { host: 'example.amazonaws.com', 'x-amz-date': amzDate, ...headers }
    const request = { method, target, headers: new Map(Object.entries(own)), body: Buffer.from(body) }
    const signedHeaders = Object.keys(own).toSorted()
    expect(signatureOf(request, { signedHeaders, amzDate, scope, secret })).toBe(signature)
  })
})

describe('the time of a signature', () => {
  test('is written and read', () => {
    expect(timeOf(amzDate)).toBe(Date.UTC(2015, 7, 30, 12, 36))
    expect(amzDateOf(millis(Date.UTC(2015, 7, 30, 12, 36, 0, 999)))).toBe(amzDate)
  })

  test.each(['', '2015-08-30T12:36:00Z', '20150830T123600', '20151330T123600Z', '20150830T123600Z '])(
    'is not %j',
    (text) => {
      expect(timeOf(text)).toBeUndefined()
    },
  )
})
