import type { Millis } from '../shared/kernel/time.ts'
import { signRequest } from './emulator/sign-request.ts'

/** What `POST /send` says of a request, or of a list of them. */
export interface SendAnswer {
  readonly status: number
  /** The outcome; of a list the outcomes in its order. */
  readonly says: unknown
}

/** Asks the local stack at `url` to send, signed with the one key whose secret is known there. */
export async function sendSigned(url: string, request: unknown, now: Millis): Promise<SendAnswer> {
  const target = `${url}/send`
  const body = JSON.stringify(request)
  const headers = signRequest(
    { method: 'POST', url: target, headers: { 'content-type': 'application/json' }, body },
    now,
  )
  const response = await fetch(target, { method: 'POST', headers, body })
  return { status: response.status, says: await response.json() }
}
