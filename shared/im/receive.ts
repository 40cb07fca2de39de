import { Fault } from '../kernel/fault.ts'
import type { SdkAppId } from '../kernel/ids.ts'
import type { Secret } from '../kernel/secret.ts'
import { type Seconds, seconds } from '../kernel/time.ts'
import { type Callback, COMMAND, isBefore, nothing, readCallback } from './callback.ts'
import { readObject, textOf } from './json.ts'
import { readQuery } from './query.ts'
import { isSigned } from './signature.ts'

/** What a callback is checked against: set by us, never by the request. */
export interface ImTrust {
  readonly sdkAppId: SdkAppId
  /** Several while one is being replaced. */
  readonly tokens: readonly Secret[]
}

/** How far IM's clock and ours may be apart. */
const MAX_APART = seconds(60)

/** A message is at most 12 KB; callbacks of groups carry lists. */
const MAX_BODY_BYTES = 256 * 1024

/**
 * From the bytes of a request to a typed callback: whose, when, signed, read, agreed. The body is not looked at before the signature
 * holds, which does not cover it.
 * @throws {Fault} CALLBACK_INCOMPLETE, CALLBACK_FOREIGN, CALLBACK_STALE, CALLBACK_FORGED, BODY_TOO_LARGE, CALLBACK_UNREADABLE,
 * CALLBACK_CONTRADICTORY
 */
export function receiveCallback(rawQuery: string, body: Uint8Array, trust: ImTrust, now: Seconds): Callback {
  const query = readQuery(rawQuery)
  if (query.sdkAppId !== trust.sdkAppId) throw new Fault('CALLBACK_FOREIGN')
  const apart = Math.abs(now - Number(query.requestTime))
  if (apart > MAX_APART) throw new Fault('CALLBACK_STALE', { seconds: apart })
  if (!isSigned(trust.tokens, query.requestTime, query.sign)) throw new Fault('CALLBACK_FORGED')
  if (body.byteLength > MAX_BODY_BYTES) throw new Fault('BODY_TOO_LARGE', { bytes: body.byteLength })
  const fields = readObject(body)
  if (fields === undefined) {
    // A message waits for our answer: it goes out rather than be lost.
    if (isBefore(query.command)) return nothing(query)
    throw new Fault('CALLBACK_UNREADABLE', { bytes: body.byteLength })
  }
  if (textOf(fields[COMMAND]) !== query.command) throw new Fault('CALLBACK_CONTRADICTORY', { parameter: COMMAND })
  return readCallback(fields, query)
}
