import { readWire } from './wire.ts'

const BASE64 = '([A-Za-z0-9+/]+={0,2})'
/** The two bodies that WeChat sends in safe mode, to the letter but for blanks between members. */
const EXACT = [
  new RegExp(`^\\s*\\{\\s*"ToUserName"\\s*:\\s*"[\\w@.-]*"\\s*,\\s*"Encrypt"\\s*:\\s*"${BASE64}"\\s*\\}\\s*$`),
  new RegExp(
    `^\\s*<xml>\\s*<ToUserName><!\\[CDATA\\[[\\w@.-]*\\]\\]></ToUserName>\\s*<Encrypt><!\\[CDATA\\[${BASE64}\\]\\]></Encrypt>\\s*</xml>\\s*$`,
  ),
]

/**
 * The `Encrypt` of a body, if it has one. `msg_signature` covers this text and nothing around it, so a body of WeChat's own shape
 * need not be parsed; any other one is.
 * @throws {Fault} BODY_UNREADABLE
 */
export function encryptOf(body: string): string | undefined {
  for (const shape of EXACT) {
    const found = shape.exec(body)?.[1]
    if (found !== undefined) return found
  }
  const { Encrypt } = readWire(body).fields
  return typeof Encrypt === 'string' && Encrypt !== '' ? Encrypt : undefined
}
