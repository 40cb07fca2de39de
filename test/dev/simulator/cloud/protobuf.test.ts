import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readOpenApiRequest, writeOpenApiAnswer } from '../../../../dev/simulator/cloud/open-api-frame.ts'
import { readFields, writeFields } from '../../../../dev/simulator/cloud/protobuf.ts'

/** `customerServiceMessage.send({touser:'oUser1',msgtype:'text',text:{content:'echo: 你好'}})`, as 2.6.3, 3.0.1 and 4.0.2 of the SDK write it. */
const SENT =
  '0800124b0a120a06746f757365721208226f5573657231220a110a076d73677479706512062274657874220a220a0474657874121a7b22636f6e74656e74223a226563686f3a20e4bda0e5a5bd227d'

describe('readFields', () => {
  test('reads back what was written', () => {
    const field = fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.oneof(fc.nat(), fc.uint8Array()))
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        expect(readFields(writeFields(fields))).toEqual(
          fields.map(([id, value]) => ({ id, value: typeof value === 'number' ? BigInt(value) : Buffer.from(value) })),
        )
      }),
    )
  })

  test('reads any bytes or says that they are none', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          return readFields(Buffer.from(bytes)).length >= 0
        } catch (error) {
          return error instanceof TypeError
        }
      }),
    )
  })

  test.each([
    ['a number without its end', '08ff'],
    ['a text shorter than it says', '0a0561'],
    ['another wire type', '0d00000000'],
  ])('refuses %s', (_, hex) => {
    expect(() => readFields(Buffer.from(hex, 'hex'))).toThrow(TypeError)
  })
})

describe('an open API message', () => {
  test('is read as the SDK wrote it', () => {
    const data = { touser: 'oUser1', msgtype: 'text', text: { content: 'echo: 你好' } }
    expect(readOpenApiRequest(Buffer.from(SENT, 'hex'))).toEqual({ data, files: {} })
  })

  test('tells a file by its name, whatever its bytes are', () => {
    const bytes = Buffer.from([0, 0xff, 0x0d, 0x0a])
    const pair = writeFields([
      [1, 'media'],
      [2, bytes],
      [4, 'media.png'],
    ])
    const request = readOpenApiRequest(writeFields([[2, writeFields([[1, pair]])]]))
    expect(request).toEqual({ data: {}, files: { media: { filename: 'media.png', bytes } } })
  })

  test('answers an error of the gateway as a negative int32, in ten bytes', () => {
    expect(writeOpenApiAnswer({ errorCode: -604101 }).toString('hex')).toBe(
      '0a0012001 8bb90dbffffffffffff012000'.replace(' ', ''),
    )
  })
})
