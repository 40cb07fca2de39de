import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Local, startLocal } from '../../dev/local.ts'
import { localSettings } from '../../dev/settings.ts'
import type { Try } from '../../dev/simulator/sender.ts'
import { worldOf } from '../../dev/world.ts'
import { LONG_TEXT } from '../fixtures/handlers.ts'
import { aGate, type Gate } from '../support/gate.ts'
import { aServiceWithHandlers } from '../support/handlers-service.ts'
import { someone } from '../support/people.ts'
import type { ServiceCopy } from '../support/service-copy.ts'

const env = localSettings()
let service: ServiceCopy
let gate: Gate
let stack: Local
const lines: string[] = []

beforeAll(async () => {
  service = aServiceWithHandlers()
  gate = await aGate()
  const onLog = (line: string): void => void lines.push(line)
  stack = await startLocal({ root: service.folder, port: 0, env, functionEnv: { GATE_URL: gate.url }, onLog })
})
afterAll(async () => {
  await stack.close()
  await gate.close()
  service.remove()
})

const world = () => worldOf(stack, env)
const say = (openId: string, words: string): Promise<readonly Try[]> =>
  world().push(world().write('text', 'json', { openId, say: words }))
const shownTo = (openId: string) =>
  world()
    .shown(openId)
    .map(({ content }) => content.content)
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

describe('a rule that takes 10 s', () => {
  test('holds up no answer and provokes no retry', async () => {
    await say(someone(), '帮助')
    await world().settled()
    const people = Array.from({ length: 20 }, someone)
    const done = (): number => lines.filter((line) => line.includes('"process.done"')).length
    const before = done()
    const tries: Try[] = []
    for (const openId of people) tries.push(...(await say(openId, '订单 10000010')))
    expect(gate.waiting()).toBeGreaterThan(0)
    expect(done()).toBe(before)
    expect(tries.map(({ verdict }) => verdict.kind)).toEqual(people.map(() => 'delivered'))
    const took = tries.map(({ tookMs }) => tookMs)
    expect(median(took)).toBeLessThan(300)

    await stack.advance(10_000)
    gate.open()
    await world().settled()
    expect(people.map(shownTo)).toEqual(people.map(() => ['等到了 10000010']))
    const records = (await world().pushes()).slice(-people.length)
    expect(records.map(({ state, attempts, deliveries }) => [state, attempts, deliveries])).toEqual(
      people.map(() => ['done', 1, 1]),
    )
    const spans = lines.filter((line) => line.includes('"process.done"')).slice(before)
    expect(Math.max(...spans.map((line) => JSON.parse(line).tookMs))).toBeGreaterThanOrEqual(10_000)
  })
})

test('a long text arrives whole, in order, in as many messages as it takes', async () => {
  const openId = someone()
  await say(openId, '订单 10002048')
  await world().settled()
  const parts = shownTo(openId)
  expect(parts.length).toBeGreaterThan(1)
  expect(parts.join('').replaceAll('\n', '') === LONG_TEXT.replaceAll('\n', '')).toBe(true)
})

test('a rule that throws is tried three times, then says what stands for that case', async () => {
  const openId = someone()
  await say(openId, '订单 10000500')
  await world().settled()
  for (let minute = 0; minute < 3; minute += 1) await world().later(60_000)
  expect(shownTo(openId)).toEqual(['暂时查不到订单，请稍后再试，或回复“人工”。'])
  expect((await world().pushes()).at(-1)).toMatchObject({ state: 'done', attempts: 3, deliveries: 1 })
})
