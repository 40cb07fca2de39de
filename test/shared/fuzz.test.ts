import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Fault } from '../../shared/kernel/fault.ts'
import { openEnvelope, sealEnvelope } from '../../shared/wechat/envelope.ts'
import { type Push, receivePush } from '../../shared/wechat/receive.ts'
import { signatureOf } from '../../shared/wechat/signature.ts'
import { isTree, type Wire, writeWire } from '../../shared/wechat/wire.ts'
import { APP_ID, aDelivery, anAccount, anEventPush, aTextPush, aTrust, NOW } from '../support/build.ts'
import { anyBody, FRAMES, filled, mutated, UNITS } from '../support/hostile.ts'

/** `npm run fuzz` sets 100,000. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 1000)
vi.setConfig({ testTimeout: 30_000 + 10 * numRuns })
const MODES = ['plaintext', 'compatible', 'safe'] as const
const LARGEST = 256 * 1024

const { token, key } = anAccount()
const signed = { timestamp: String(NOW), nonce: '99887766' }
const plainQuery = new URLSearchParams({ ...signed, signature: signatureOf(token, signed) }).toString()

/** A push, or one refusal; whatever else is thrown fails the test. */
function outcomeOf(query: string, body: Uint8Array, mode: (typeof MODES)[number]): Push | Fault {
  try {
    return receivePush(query, body, aTrust({ mode }), NOW)
  } catch (cause) {
    if (cause instanceof Fault && cause.status === 401) return cause
    throw cause
  }
}

const receivePlain = (body: string) => outcomeOf(plainQuery, Buffer.from(body), 'plaintext')
const receiveSealed = (text: string) => receiveEncrypt(sealEnvelope(text, key, APP_ID, Buffer.alloc(16)))

/** Signed as WeChat signs, whatever it is that it signs. */
function receiveEncrypt(encrypt: string): Push | Fault {
  const msg_signature = signatureOf(token, { ...signed, encrypt })
  const query = new URLSearchParams({ ...signed, msg_signature }).toString()
  return outcomeOf(query, Buffer.from(JSON.stringify({ Encrypt: encrypt })), 'safe')
}

interface Measure {
  readonly depth: number
  readonly elements: number
  readonly characters: number
}

function measure(wire: Wire, depth = 0): Measure {
  if (typeof wire === 'string') return { depth, elements: 1, characters: wire.length }
  const entries: readonly (readonly [string, Wire])[] = isTree(wire)
    ? Object.entries(wire)
    : wire.map((each) => ['', each])
  if (isTree(wire)) expect(Object.getPrototypeOf(wire)).toBeNull()
  return entries.reduce<Measure>(
    (sum, [name, value]) => {
      const inner = measure(value, depth + 1)
      return {
        depth: Math.max(sum.depth, inner.depth),
        elements: sum.elements + inner.elements,
        characters: sum.characters + name.length + inner.characters,
      }
    },
    { depth, elements: 1, characters: 0 },
  )
}

/** What is let in is small and no larger than it was written: nothing expands. */
function expectBounded(outcome: Push | Fault): void {
  if (outcome instanceof Fault) return
  const { depth, elements, characters } = measure(outcome.fields)
  expect(depth).toBeLessThanOrEqual(33)
  expect(elements).toBeLessThanOrEqual(10_000)
  expect(characters).toBeLessThanOrEqual(outcome.text.length)
}

describe('receivePush gives a push or a refusal', () => {
  const anyMode = fc.constantFrom(...MODES)

  it('for any bytes under any query', () => {
    const anyQuery = fc.oneof(fc.string({ unit: 'binary' }), fc.webQueryParameters(), fc.constant(plainQuery))
    fc.assert(
      fc.property(anyMode, anyQuery, fc.uint8Array({ maxLength: 200 }), (mode, query, body) => {
        expectBounded(outcomeOf(query, body, mode))
      }),
      { numRuns },
    )
  })

  it('for any body that is signed', () => {
    fc.assert(
      fc.property(anyBody, (body) => expectBounded(receivePlain(body))),
      { numRuns },
    )
  })

  it('for any text that is sealed and signed', () => {
    fc.assert(
      fc.property(anyBody, (text) => {
        const outcome = receiveSealed(text)
        expectBounded(outcome)
        if (!(outcome instanceof Fault)) expect(outcome.text).toBe(text.replace(/^\ufeff/, ''))
      }),
      { numRuns },
    )
  })

  it('for any ciphertext that is signed, in base64 or not', () => {
    const blocks = fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { maxLength: 8 })
    const ciphertext = blocks.map((bytes) => Buffer.concat(bytes).toString('base64'))
    fc.assert(
      fc.property(fc.oneof(ciphertext, fc.base64String(), fc.string({ unit: 'binary' })), (encrypt) => {
        expect(receiveEncrypt(encrypt)).toBeInstanceOf(Fault)
      }),
      { numRuns },
    )
  })

  for (const format of ['json', 'xml'] as const) {
    const drafts = [aTextPush(), anEventPush({ List: [{ a: 1 }, { a: '2' }] })]
    const texts = fc.constantFrom(...drafts.map((draft) => writeWire(format, draft)))

    it(`for a ${format} push that somebody has been at`, () => {
      fc.assert(
        fc.property(texts.chain(mutated), (text) => {
          expectBounded(receivePlain(text))
          expectBounded(receiveSealed(text))
        }),
        { numRuns },
      )
    })

    it(`for a sealed ${format} delivery that somebody has been at: what they wrote is never read`, () => {
      const { query, body } = aDelivery(aTextPush(), { format })
      const { text } = receivePush(query, Buffer.from(body), aTrust(), NOW)
      fc.assert(
        fc.property(mutated(query), mutated(body), (badQuery, badBody) => {
          const outcome = outcomeOf(badQuery, Buffer.from(badBody), 'safe')
          if (!(outcome instanceof Fault)) expect(outcome.text).toBe(text)
        }),
        { numRuns },
      )
    })
  }

  it('and so does openEnvelope of any ciphertext that has been at', () => {
    const sealed = Buffer.from(sealEnvelope('{"a":"b"}', key, APP_ID, Buffer.alloc(16)), 'base64')
    fc.assert(
      fc.property(fc.nat({ max: sealed.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Buffer.from(sealed)
        bad[at] = (bad[at] ?? 0) ^ flip
        try {
          openEnvelope(bad.toString('base64'), key, APP_ID)
        } catch (cause) {
          if (!(cause instanceof Fault)) throw cause
          expect(cause.code).toBe('ENVELOPE_REJECTED')
        }
      }),
      { numRuns },
    )
  })
})

describe('signed bodies made to hurt', () => {
  const bomb = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><xml><x>&c;</x></xml>'
  const documents: Readonly<Record<string, string>> = {
    'an entity bomb': bomb,
    'a bomb in the internal subset of a comment': `<!--${bomb}-->${bomb}`,
    'an external entity': '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><x>&a;</x></xml>',
    'a parameter entity': '<!DOCTYPE xml [<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;]><xml></xml>',
    'a document type in small letters': '<!doctype xml><xml><x>1</x></xml>',
    'a document type after a false comment': '<xml><!--> <!DOCTYPE xml [<!ENTITY a "b">]> <!----><x>&a;</x></xml>',
    'a document type after a false section':
      '<xml><x><![CDATA[]]]]></x><!DOCTYPE xml [<!ENTITY a "b">]><y>&a;</y></xml>',
    '40,000 levels of XML': `${'<xml>'.repeat(20_000)}${'</xml>'.repeat(20_000)}`,
    '100,000 levels of JSON lists': `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    '40,000 levels of JSON objects': `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`,
    '60,000 elements': `<xml>${'<a/>'.repeat(60_000)}</xml>`,
    '100,000 entries': `{"a":[${'1,'.repeat(100_000)}1]}`,
    'levels never closed': '<xml>'.repeat(50_000),
    'an Encrypt that is a list': '{"Encrypt":["a","b"]}',
  }
  for (const [what, body] of Object.entries(documents)) {
    it(`are refused: ${what}`, () => {
      for (const receive of [receivePlain, receiveSealed]) {
        const outcome = receive(body)
        if (what.startsWith('an Encrypt')) expectBounded(outcome)
        else expect(outcome).toMatchObject({ code: 'BODY_UNREADABLE' })
      }
    })
  }

  it('are read when they are only strange: a number of 200,000 digits, 20,000 members of one name', () => {
    const digits = '9'.repeat(200_000)
    expect(receivePlain(`{"MsgId":${digits},"CreateTime":${digits}}`)).toMatchObject({
      fields: { MsgId: digits },
      message: { createTime: undefined },
    })
    expect(receivePlain(`{${'"a":1,'.repeat(20_000)}"a":2}`)).toMatchObject({ fields: { a: '2' } })
  })

  for (const unit of UNITS) {
    it(`give a push or a refusal, 256 KiB full of ${JSON.stringify(unit)}`, () => {
      for (const frame of Object.values(FRAMES)) expectBounded(receivePlain(filled(frame, unit, LARGEST)))
    })
  }
})
