import type { DynamoDBRecord } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processApp } from '../../../functions/process/app.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { millis, seconds } from '../../../shared/kernel/time.ts'
import type { ItemKey } from '../../../shared/store/key.ts'
import { type ActWorld, actWorld } from '../../support/act-world.ts'
import { aText, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const LONG = () => millis(300_000)
const recordOf = (key: ItemKey, sequence: number): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: { S: key.pk }, sk: { S: key.sk } },
    NewImage: { message: { S: 'text' } },
    SequenceNumber: String(sequence),
  },
})
const recordsOf = (keys: readonly ItemKey[]) => ({ Records: keys.map(recordOf) })

async function accepted(world: ActWorld, ...people: readonly string[]): Promise<readonly ItemKey[]> {
  const keys: ItemKey[] = []
  for (const [index, openId] of people.entries()) keys.push(await world.accept(aText(openId, `${index}`)))
  return keys
}

const WITHOUT_PAUSE = { sleep: async () => undefined }

/** The table as it is, but out of reach while `isDown`. */
function breakable(world: ActWorld, isDown: (key: ItemKey) => boolean) {
  const task = (key: ItemKey) =>
    isDown(key)
      ? Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'TimeoutError' }))
      : world.deps.work.task(key)
  return { ...world.deps, work: { ...world.deps.work, task } }
}

describe('processApp', () => {
  it('works off a whole batch and hands nothing back', async () => {
    const world = actWorld(table)
    const people = [someone(), someone(), someone()]
    const keys = await accepted(world, ...people)
    expect(await processApp(world.deps)(recordsOf(keys), LONG)).toEqual({ batchItemFailures: [] })
    expect(new Set(world.sent.map(({ to }) => to))).toEqual(new Set(people))
  })

  it('hands back what could not reach the table, and nobody else is held up', async () => {
    const world = actWorld(table, WITHOUT_PAUSE)
    const [down, up] = [someone(), someone()]
    const keys = await accepted(world, down, up)
    const deps = breakable(world, ({ pk }) => pk.endsWith(down))
    expect(await processApp(deps)(recordsOf(keys), LONG)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] })
    expect(world.sent.map(({ to }) => to)).toEqual([up])
    expect(world.lines).toContainEqual(
      expect.objectContaining({ event: 'process.broken', reason: 'TABLE_UNAVAILABLE' }),
    )
  })

  it('takes its time before it hands back, so that a table out of reach does not use up the tries', async () => {
    const pauses: number[] = []
    const sleep = async (span: number): Promise<void> => void pauses.push(span)
    const world = actWorld(table, { sleep })
    const people = [someone(), someone()]
    const keys = await accepted(world, ...people)
    await processApp(breakable(world, () => true))(recordsOf(keys), LONG)
    expect(pauses).toEqual([60_000])
  })

  it('begins no later push of a person whose earlier one could not be begun', async () => {
    const world = actWorld(table, WITHOUT_PAUSE)
    const openId = someone()
    const keys = await accepted(world, openId, openId)
    const deps = breakable(world, ({ sk }) => sk === keys[0]?.sk)
    expect(await processApp(deps)(recordsOf(keys), LONG)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] })
    expect(world.sent).toEqual([])
  })

  it('hands back what it has no time to begin', async () => {
    const world = actWorld(table)
    const openId = someone()
    const keys = await accepted(world, openId, openId)
    const answer = await processApp(world.deps)(recordsOf(keys), () => millis(60_000))
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] })
    expect(world.sent).toHaveLength(1)
  })

  it('keeps the order of a person when the stream does not', async () => {
    const world = actWorld(table)
    const openId = someone()
    const first = await world.accept(aText(openId, '帮助'))
    world.clock.advance(seconds(1))
    const second = await world.accept(aText(openId, '订单'))
    await processApp(world.deps)(recordsOf([second]), LONG)
    expect(world.sent).toEqual([])
    await processApp(world.deps)(recordsOf([first]), LONG)
    await processApp(world.deps)(recordsOf([second]), LONG)
    expect(world.sent.map(({ what }) => what.slice(0, 4))).toEqual(['回复“订', '请发送订'])
  })

  it('tells neither who it was nor what a bug said of it', async () => {
    const world = actWorld(table, WITHOUT_PAUSE)
    const [key] = await accepted(world, someone())
    if (key === undefined) throw new Error('no push')
    const task = () => Promise.reject(new TypeError('13800138000'))
    const deps = { ...world.deps, work: { ...world.deps.work, task } }
    expect(await processApp(deps)(recordsOf([key]), LONG)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] })
    expect(world.lines.at(-1)).toMatchObject({ event: 'process.broken', reason: 'BUG', because: 'TypeError' })
    expect(JSON.stringify(world.lines)).not.toMatch(/13800138000/)
  })
})
