import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { isOwnWrite } from '../../../shared/store/table-call.ts'

describe('isOwnWrite', () => {
  const failed = (Item?: { receipt: { S: string } }) =>
    new ConditionalCheckFailedException({ message: '', $metadata: {}, ...(Item === undefined ? {} : { Item }) })

  it('knows an item by the receipt that this call wrote', () => {
    expect(isOwnWrite(failed({ receipt: { S: 'a' } }), 'a')).toBe(true)
    expect(isOwnWrite(failed({ receipt: { S: 'b' } }), 'a')).toBe(false)
  })

  it('takes no failure for its own that shows no item, or is another one', () => {
    expect(isOwnWrite(failed(), 'a')).toBe(false)
    expect(isOwnWrite(Object.assign(new Error('timeout'), { Item: { receipt: { S: 'a' } } }), 'a')).toBe(false)
  })
})
