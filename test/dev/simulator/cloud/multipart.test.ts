import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readForm } from '../../../../dev/simulator/cloud/multipart.ts'

/** As another implementation writes it: undici's. */
async function written(parts: ReadonlyArray<readonly [string, Uint8Array]>) {
  const form = new FormData()
  for (const [name, bytes] of parts) form.append(name, new Blob([new Uint8Array(bytes)]), 'f')
  const response = new Response(form)
  return { type: response.headers.get('content-type') ?? '', body: Buffer.from(await response.arrayBuffer()) }
}

describe('readForm', () => {
  test('gives back the bytes of every part', async () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(names, fc.uint8Array(), async (all, bytes) => {
        const { type, body } = await written(all.map((name) => [name, bytes]))
        expect(readForm(body, type)).toEqual(new Map(all.map((name) => [name, Buffer.from(bytes)])))
      }),
    )
  })

  test('takes the boundary in quotes too', () => {
    const body = Buffer.from('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n1\r\n--b--\r\n')
    expect(readForm(body, 'multipart/form-data; boundary="b"')).toEqual(new Map([['a', Buffer.from('\r\n1')]]))
  })

  test('refuses a form without a boundary and a part without a name', () => {
    expect(() => readForm(Buffer.alloc(0), 'multipart/form-data')).toThrow(/no boundary/)
    const body = Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--\r\n')
    expect(() => readForm(body, 'multipart/form-data; boundary=b')).toThrow(/no name/)
  })
})
