import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SAMPLE_NAMES, writeSample } from '../../../dev/simulator/writer.ts'
import { demoOrders, orderStatus } from '../../../shared/reply/handlers/order-status.ts'
import { FORMATS } from '../../../shared/wechat/wire.ts'
import { actWorld } from '../../support/act-world.ts'
import { APP_ID } from '../../support/build.ts'
import { someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

describe.each(FORMATS)('whatever WeChat pushes as %s', (format) => {
  test.each(SAMPLE_NAMES)('%s is worked off at once', async (sample) => {
    const world = actWorld(table, { handlers: { orderStatus: orderStatus(demoOrders) } })
    const key = await world.acceptText(writeSample(sample, { appId: APP_ID, format, openId: someone() }))
    await world.act(key)
    expect(await world.item(key)).toMatchObject({ state: { S: 'done' }, attempts: { N: '1' } })
    expect(world.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
  })
})
