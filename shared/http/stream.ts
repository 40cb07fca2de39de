import type { DynamoDBRecord } from 'aws-lambda'

/** Which item a record of the table's stream is about. */
export const keyOf = ({ dynamodb }: DynamoDBRecord) => ({
  pk: dynamodb?.Keys?.pk?.S ?? '',
  sk: dynamodb?.Keys?.sk?.S ?? '',
})

/** By which a batch's answer names a record that is to come again. */
export const identifierOf = ({ dynamodb }: DynamoDBRecord) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })
