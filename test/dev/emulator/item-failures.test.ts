import { describe, expect, test } from 'vitest'
import { failing, offer, runEventSource } from '../../support/event-source.ts'

const naming = (itemIdentifier: unknown) => ({ batchItemFailures: [{ itemIdentifier }] })

describe('ReportBatchItemFailures', () => {
  const reports = { reportsBatchItemFailures: true, maximumRetryAttempts: 1 }

  test('tries again from the first record named', async () => {
    const running = runEventSource(reports, (_, call) => (call === 1 ? failing(4, 3) : null))
    offer(running, 1, 2, 3, 4, 5)
    await running.source.idle()
    expect(running.calls).toEqual([
      [1, 2, 3, 4, 5],
      [3, 4, 5],
    ])
  })

  test.each<[string, unknown]>([
    ['an empty list', { batchItemFailures: [] }],
    ['no list', { batchItemFailures: null }],
    ['an empty answer', {}],
    ['null', null],
    ['nothing', undefined],
  ])('takes %s for success', async (_, answer) => {
    const running = runEventSource(reports, () => answer)
    offer(running, 1, 2)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2]])
  })

  test.each<[string, unknown]>([
    ['an empty identifier', naming('')],
    ['an unknown identifier', failing(9)],
    ['an unknown identifier beside a known one', failing(2, 9)],
    ['null for an identifier', naming(null)],
    ['another key', { batchItemFailures: [{ sequenceNumber: '2' }] }],
    ['no list', { batchItemFailures: 'all' }],
  ])('takes %s for a failure of the whole batch', async (_, answer) => {
    const running = runEventSource(reports, (_numbers, call) => (call === 1 ? answer : null))
    offer(running, 1, 2)
    await running.source.idle()
    expect(running.calls).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  test('gives up what is left after its attempts', async () => {
    const running = runEventSource(reports, () => failing(2))
    offer(running, 1, 2, 3)
    await running.source.idle()
    expect(running.calls).toEqual([
      [1, 2, 3],
      [2, 3],
    ])
    const [discarded] = running.source.discarded()
    expect(discarded?.responseContext?.functionError).toBeNull()
    expect(discarded?.DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: '2', batchSize: 2 })
  })

  test('splits at the record named when it may split, which costs no attempt', async () => {
    const changes = { ...reports, maximumRetryAttempts: 0, bisectBatchOnFunctionError: true }
    const running = runEventSource(changes, (numbers) => (numbers.includes(3) ? failing(3) : null))
    offer(running, 1, 2, 3, 4)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2, 3, 4], [3, 4], [3], [4]])
    expect(running.source.discarded()).toHaveLength(1)
  })

  test('means nothing when it is not switched on', async () => {
    const running = runEventSource({}, () => failing(1))
    offer(running, 1)
    await running.source.idle()
    expect(running.calls).toEqual([[1]])
  })
})
