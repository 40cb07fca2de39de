import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { listPushes, pushRecords } from '../../dev/pushes.ts'
import { toMillis } from '../../shared/kernel/time.ts'
import { readWire, writeWire } from '../../shared/wechat/wire.ts'
import { aDelivery, aTextPush, NOW } from '../support/build.ts'

/** An accepted push as it lies in the table. */
const anItem = (changes: Record<string, AttributeValue> = {}): Record<string, AttributeValue> => ({
  pk: { S: 'openid#wx#o' },
  sk: { S: 'push#1' },
  kind: { S: 'push' },
  message: { S: 'text' },
  format: { S: 'json' },
  sealed: { BOOL: true },
  acceptedAtMs: { N: String(toMillis(NOW)) },
  state: { S: 'waiting' },
  attempts: { N: '2' },
  body: { S: writeWire('json', aTextPush()) },
  ...changes,
})

const once = () => 1

describe('pushRecords', () => {
  test('shows an accepted push whole', () => {
    const deliveries = new Map([['openid#wx#o/push#1', 3]])
    expect(pushRecords([anItem()], (key) => deliveries.get(key) ?? 0)).toEqual([
      {
        key: 'openid#wx#o/push#1',
        kind: 'text',
        format: 'json',
        sealed: true,
        deliveries: 3,
        receivedAt: '2025-10-09T08:53:20.000Z',
        state: 'waiting',
        attempts: 2,
        fields: readWire(writeWire('json', aTextPush())).fields,
      },
    ])
  })

  test('keeps every digit', () => {
    const [record] = pushRecords([anItem()], once)
    expect(record?.fields).toMatchObject({ CreateTime: '1760000000', MsgId: '23637352235060881' })
  })

  test('leaves out the Encrypt that compatible mode puts beside the members', () => {
    const { body } = aDelivery(aTextPush(), { mode: 'compatible', format: 'xml' })
    const [record] = pushRecords([anItem({ body: { S: body }, format: { S: 'xml' }, sealed: { BOOL: false } })], once)
    expect(record).toMatchObject({ format: 'xml', sealed: false })
    expect(record?.fields).toEqual(readWire(writeWire('xml', aTextPush())).fields)
  })

  test('has the newest last, by number and not by text', () => {
    const items = [1000, 999, 1001].map((at) => anItem({ sk: { S: `push#${at}` }, acceptedAtMs: { N: String(at) } }))
    const keys = pushRecords(items, once).map(({ key }) => key)
    expect(keys).toEqual(['openid#wx#o/push#999', 'openid#wx#o/push#1000', 'openid#wx#o/push#1001'])
  })

  test('shows of an erased push that it came', () => {
    const { body: _, ...erased } = anItem({ state: { S: 'done' }, outcome: { S: 'erased' } })
    expect(pushRecords([erased], once)).toMatchObject([
      { key: 'openid#wx#o/push#1', kind: 'text', deliveries: 1, state: 'done', fields: {} },
    ])
  })

  test('shows nothing else that lies in the table', () => {
    expect(pushRecords([anItem({ kind: { S: 'permit' } }), { pk: { S: 'token#wx' }, sk: { S: '-' } }], once)).toEqual(
      [],
    )
  })
})

test('listPushes reads the whole table and knows how often each push came', async () => {
  const deliveries = new Map([['openid#wx#o/push#2', 2]])
  const items = async () => [anItem(), anItem({ sk: { S: 'push#2' } })]
  expect((await listPushes({ items, deliveries })).map((record) => record.deliveries)).toEqual([0, 2])
})
