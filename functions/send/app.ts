import type { APIGatewayProxyEventV2, DynamoDBStreamEvent } from 'aws-lambda'
import { lambdaHandler } from '../../shared/http/lambda.ts'
import type { Millis } from '../../shared/kernel/time.ts'
import type { NotifyDeps } from '../../shared/notify/deps.ts'
import { noticesApp } from './notices.ts'
import { type RequestsDeps, requestsApp, sendRequests } from './requests.ts'

interface SendDeps {
  readonly notices: NotifyDeps
  readonly requests: RequestsDeps
}

/** Whoever invokes it: the table's stream with notices, the HTTP API, or somebody with a request or a list of them. */
export function sendApp({ notices, requests }: SendDeps) {
  const http = lambdaHandler(requestsApp(requests))
  return async (event: unknown, remaining: () => Millis): Promise<unknown> => {
    if (isStream(event)) return await noticesApp(notices)(event, remaining)
    if (isHttp(event)) return await http(event)
    return await sendRequests(event, requests)
  }
}

const isStream = (event: unknown): event is DynamoDBStreamEvent => has(event, 'Records')

const isHttp = (event: unknown): event is APIGatewayProxyEventV2 => has(event, 'requestContext')

const has = (event: unknown, name: string): boolean => typeof event === 'object' && event !== null && name in event
