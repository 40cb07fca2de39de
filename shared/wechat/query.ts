import { Fault } from '../kernel/fault.ts'

/** The query string of a request from WeChat; only what stands in it once. */
export interface PushQuery {
  readonly signature: string | undefined
  readonly msgSignature: string | undefined
  /** Unix seconds as sent: the digits are what is signed. */
  readonly timestamp: string
  readonly nonce: string
  readonly echostr: string | undefined
}

const DIGEST = /^[0-9a-f]{40}$/
const TIMESTAMP = /^\d{1,10}$/
// WeChat's have about ten digits. Signed parts are joined without a separator, and 64 letters of ciphertext could move into a nonce.
const NONCE = /^[!-~]{1,63}$/
const ECHOSTR = /^[ -~]{1,128}$/

/**
 * @throws {Fault} QUERY_REPEATED when a name stands there twice, QUERY_INCOMPLETE when one is missing or malformed
 */
export function readQuery(query: string): PushQuery {
  const members = new URLSearchParams(query)
  const names = new Set(members.keys())
  if (names.size !== members.size) throw new Fault('QUERY_REPEATED')
  const read = (name: string, pattern: RegExp): string | undefined => {
    const value = members.get(name)
    if (value === null) return undefined
    if (!pattern.test(value)) throw new Fault('QUERY_INCOMPLETE', { parameter: name })
    return value
  }
  return {
    signature: read('signature', DIGEST),
    msgSignature: read('msg_signature', DIGEST),
    timestamp: need('timestamp', read('timestamp', TIMESTAMP)),
    nonce: need('nonce', read('nonce', NONCE)),
    echostr: read('echostr', ECHOSTR),
  }
}

/** @throws {Fault} QUERY_INCOMPLETE */
export function need(parameter: string, value: string | undefined): string {
  if (value === undefined) throw new Fault('QUERY_INCOMPLETE', { parameter })
  return value
}
