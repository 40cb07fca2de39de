import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendApp } from '../../../functions/send/app.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { aLog } from '../../support/lines.ts'
import { ordering, SHIPPED, SHIPPED_DATA } from '../../support/ordering.ts'
import { someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { telling } from '../../support/telling.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const remaining = () => millis(290_000)
const asked = () => ({ to: someone(), template: SHIPPED, data: SHIPPED_DATA })

function anApp() {
  const [orders, notices] = [ordering(table), telling(table)]
  const send = sendApp({
    requests: { ...orders.deps, log: aLog().log },
    notices: notices.deps,
  })
  return { notices, send: (event: unknown) => send(event, remaining) }
}

describe('sendApp', () => {
  it('takes a request, or a list, from whoever invokes it', async () => {
    const { send } = anApp()
    expect(await send(asked())).toEqual({ kind: 'no-permit' })
    expect(await send([asked(), asked()])).toEqual([{ kind: 'no-permit' }, { kind: 'no-permit' }])
  })

  it.each([null, undefined, 'x', 7, {}])('says of %j that it is no request', async (event) => {
    expect(await anApp().send(event)).toMatchObject({ kind: 'invalid', code: 'REQUEST_INVALID' })
  })

  it('fails an invocation with a list that is too long', async () => {
    const list = Array.from({ length: 101 }, asked)
    await expect(anApp().send(list)).rejects.toThrow(/^REQUEST_INVALID/)
  })

  it.each([false, true])('answers over HTTP (base64: %s)', async (isBase64Encoded) => {
    const text = JSON.stringify(asked())
    const event = {
      rawPath: '/send',
      rawQueryString: '',
      requestContext: { http: { method: 'POST', sourceIp: '203.0.113.7' } },
      body: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
      isBase64Encoded,
    }
    expect(await anApp().send(event)).toMatchObject({ statusCode: 200, body: '{"kind":"no-permit"}' })
  })

  it('takes a batch of the stream', async () => {
    const { send, notices } = anApp()
    const who = await notices.aPerson(1)
    await notices.write(who)
    const Keys = { pk: { S: who.person }, sk: { S: 'notice#1' } }
    expect(await send({ Records: [{ dynamodb: { Keys, SequenceNumber: '1' } }] })).toEqual({ batchItemFailures: [] })
    expect(notices.wechat.asked).toHaveLength(1)
  })
})
