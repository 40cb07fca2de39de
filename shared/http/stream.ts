import type { DynamoDBRecord } from 'aws-lambda'
import { type Millis, millis, minutes } from '../kernel/time.ts'

/** Which item a record of the table's stream is about. */
export const keyOf = ({ dynamodb }: DynamoDBRecord) => ({
  pk: dynamodb?.Keys?.pk?.S ?? '',
  sk: dynamodb?.Keys?.sk?.S ?? '',
})

/** By which a batch's answer names a record that is to come again. */
export const identifierOf = ({ dynamodb }: DynamoDBRecord) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })

/** A batch is tried again at once and not for ever: a table that is out of reach for a while must not use that up. */
const PAUSE = minutes(1)
const MARGIN = 5_000

/** How long a function waits before it hands back what is broken, given what is left to it. */
export const pauseBeforeRetry = (remaining: Millis): Millis => millis(Math.min(PAUSE, Math.max(0, remaining - MARGIN)))
