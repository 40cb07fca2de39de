import { hours, type Seconds, seconds } from '../../shared/kernel/time.ts'
import { RETRY_MARGIN } from '../../shared/store/inbox.ts'

/** What cannot be measured on one machine. Everything else in the section of costs is. */
export const ASSUMED = {
  /**
   * Milliseconds that Lambda charges for. On one machine neither the table nor WeChat is a network away; process waits for one
   * call of WeChat's API and five of the table, send for one of IM's besides, login for one of WeChat's.
   */
  millis: { push: 20, process: 250, tick: 50, im: 20, send: 400, login: 250 },
  /** A push is kept for PUSH_RETENTION_HOURS and the margin, a window for three days; DynamoDB deletes up to two days late. */
  kept: { push: seconds(hours(72) + RETRY_MARGIN + hours(48)), window: hours(5 * 24) },
  /** Headers and TLS records of a request or an answer, in bytes. */
  envelopeBytes: 1000,
} as const satisfies {
  readonly millis: object
  readonly kept: Readonly<Record<string, Seconds>>
  readonly envelopeBytes: number
}

const ID = '3f5a2c1e-8d4b-4f6a-9c7d-2e1b0a9f8c7d'

/** What AWS itself logs: Lambda about each invocation, and the HTTP API about each request in the format of serverless.yml. */
export const AWS_LOGS = {
  invocation: [
    `START RequestId: ${ID} Version: $LATEST\n`,
    `END RequestId: ${ID}\n`,
    `REPORT RequestId: ${ID}\tDuration: 251.37 ms\tBilled Duration: 252 ms\tMemory Size: 512 MB\tMax Memory Used: 118 MB\t\n`,
  ].join(''),
  request: JSON.stringify({
    requestId: 'bXq0ZiVxoAMEPvw=',
    at: '21/Nov/2026:08:42:34 +0000',
    route: 'POST /push',
    status: '200',
    ip: '203.0.113.101',
    bytes: '7',
    ms: '31',
    functionStatus: '200',
    error: '-',
  }),
} as const
