import { createDecipheriv, hash } from 'node:crypto'
import { readQuery } from '../shared/wechat/query.ts'
import { readWire } from '../shared/wechat/wire.ts'
import { account, type Case, TOKEN } from './cases.ts'

/**
 * The limit: what no receiver of this push can go without. One SHA-1 over the text that is signed and, when it is sealed, one
 * base64 decoding and one AES-256-CBC decryption.
 */
export function bareCrypto({ mode, query, body }: Case): () => unknown {
  const { timestamp, nonce } = readQuery(query)
  if (mode === 'plaintext') {
    const signed = [TOKEN, timestamp, nonce].sort().join('')
    return () => hash('sha1', signed, 'hex')
  }
  const encrypt = String(readWire(body.toString()).fields.Encrypt)
  const signed = [TOKEN, timestamp, nonce, encrypt].sort().join('')
  const key = account.key.reveal()
  return () => {
    hash('sha1', signed, 'hex')
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
    const text = decipher.update(Buffer.from(encrypt, 'base64'))
    decipher.final()
    return text
  }
}
