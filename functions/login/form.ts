import type { PlainRequest } from '../../shared/http/plain.ts'
import { decodeUtf8 } from '../../shared/kernel/bytes.ts'
import { Fault } from '../../shared/kernel/fault.ts'

/** A code of WeChat's has some 32 letters. */
const MAX_BODY_BYTES = 4096

/**
 * The code of `POST {"code": "…"}`.
 * @throws {Fault} REQUEST_INVALID, BODY_TOO_LARGE
 */
export function codeIn({ method, body }: PlainRequest): string {
  if (method !== 'POST') throw malformed('method')
  if (body.byteLength > MAX_BODY_BYTES) throw new Fault('BODY_TOO_LARGE', { bytes: body.byteLength }, SUCH)
  const said = readJson(body)
  const code = typeof said === 'object' && said !== null && 'code' in said ? said.code : undefined
  if (typeof code !== 'string' || !/^[\w-]{1,128}$/.test(code)) throw malformed('code')
  return code
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(body))
  } catch {
    throw malformed('body')
  }
}

const SUCH = {
  hint: 'Send POST with {"code": "…"}, what wx.login gives, as JSON.',
  zh: '请用 POST 发送 JSON：{"code": "…"}，code 由 wx.login 返回。',
}

const malformed = (what: string): Fault => new Fault('REQUEST_INVALID', { what }, SUCH)
