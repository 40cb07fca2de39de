import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tickApp } from '../../../functions/tick/app.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import { type Millis, millis, minutes, seconds } from '../../../shared/kernel/time.ts'
import { dynamoDue } from '../../../shared/store/dynamo-due.ts'
import type { ItemKey } from '../../../shared/store/key.ts'
import { type ActWorld, actWorld } from '../../support/act-world.ts'
import { aText, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
let world: ActWorld
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = actWorld(table)
})
afterAll(() => table.close())

/** A push that waits for so long. */
async function waiting(span: Millis): Promise<ItemKey> {
  const key = await world.accept(aText(someone()))
  const task = await world.deps.work.task(key)
  if (task === undefined) throw new Error('not accepted')
  const dueAt = millis(world.clock() + span)
  await world.deps.work.commit({ settled: { task, as: { state: 'waiting', reason: 'test', dueAt, isAttempt: true } } })
  return key
}

/** Something that waits for so long because it was planned. */
async function planned(span: Millis): Promise<ItemKey> {
  const key = { pk: `im#${someone()}`, sk: 'notify' }
  const dueAtMs = { N: String(world.clock() + span) }
  const Item = { pk: { S: key.pk }, sk: { S: key.sk }, state: { S: 'waiting' }, dueShard: { S: '1' }, dueAtMs }
  await table.client().send(new PutItemCommand({ TableName: table.tableName, Item }))
  return key
}

function tick(remaining: () => Millis = () => millis(55_000), due = dynamoDue(table.client(), table.tableName)) {
  const log = jsonLog({ threshold: 'silent' })
  return tickApp({ due, clock: world.clock, log })(remaining)
}

describe('tickApp', () => {
  it('makes ready what is due and counts what goes on waiting', async () => {
    const [soon, late] = [await waiting(minutes(1)), await waiting(minutes(5))]
    world.clock.advance(seconds(60))
    expect(await tick()).toEqual({ readied: 1, waiting: 1, planned: 0, oldestMs: 60_000 })
    expect((await world.item(soon))?.state?.S).toBe('ready')
    expect((await world.item(soon))?.dueShard).toBeUndefined()
    expect((await world.item(late))?.state?.S).toBe('waiting')
    world.clock.advance(seconds(240))
    expect(await tick()).toMatchObject({ readied: 1, waiting: 0 })
  })

  it('has nothing to do when nothing waits', async () => {
    expect(await tick()).toEqual({ readied: 0, waiting: 0, planned: 0, oldestMs: 0 })
  })

  it('makes each ready once when several tick at the same time', async () => {
    for (let n = 0; n < 30; n += 1) await waiting(minutes(1))
    world.clock.advance(seconds(60))
    const results = await Promise.all([tick(), tick(), tick()])
    expect(results.reduce((sum, { readied }) => sum + readied, 0)).toBe(30)
  })

  it('leaves the rest for the next one when its time is nearly up', async () => {
    for (let n = 0; n < 3; n += 1) await waiting(minutes(1))
    world.clock.advance(seconds(60))
    expect(await tick(() => millis(4_000))).toMatchObject({ readied: 0, waiting: 3 })
    expect(await tick()).toMatchObject({ readied: 3, waiting: 0 })
  })

  it('counts what waits as planned apart, and makes it ready like all else', async () => {
    const [soon, late] = [await planned(minutes(1)), await planned(minutes(5))]
    await waiting(minutes(5))
    world.clock.advance(seconds(60))
    expect(await tick()).toEqual({ readied: 1, waiting: 1, planned: 1, oldestMs: 60_000 })
    expect((await world.item(soon))?.state?.S).toBe('ready')
    expect((await world.item(late))?.state?.S).toBe('waiting')
    world.clock.advance(seconds(240))
    expect(await tick()).toEqual({ readied: 2, waiting: 0, planned: 0, oldestMs: 300_000 })
  })

  it('is not old by what was planned', async () => {
    await planned(minutes(5))
    expect(await tick()).toEqual({ readied: 0, waiting: 0, planned: 1, oldestMs: 0 })
    world.clock.advance(seconds(300))
    await tick()
  })

  it('fails with the table, for the schedule to try again', async () => {
    const due = dynamoDue(table.client(), 'no-such-table')
    await expect(tick(undefined, due)).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException/)
  })
})
