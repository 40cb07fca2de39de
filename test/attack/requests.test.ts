import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { sendRequests } from '../../functions/send/requests.ts'
import { seconds } from '../../shared/kernel/time.ts'
import { permitItem } from '../../shared/store/person-item.ts'
import { accepted, noPermit, reserved } from '../../shared/store/permit.ts'
import { ordering, SHIPPED, SHIPPED_DATA } from '../support/ordering.ts'
import { someone } from '../support/people.ts'
import { startTable, type TestTable } from '../support/table.ts'

let table: TestTable
let world: ReturnType<typeof ordering>
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = ordering(table)
})
afterAll(() => table.close())

async function mostAtOnce(tos: readonly unknown[]) {
  let [now, most] = [0, 0]
  const sendSubscribeMessage = async () => {
    now += 1
    most = Math.max(most, now)
    await wait(30)
    now -= 1
    return '1' as never
  }
  const list = tos.map((to, i) => ({ to, template: SHIPPED, data: SHIPPED_DATA, idempotencyKey: `${JSON.stringify(to)}${i}` }))
  const outcomes = await sendRequests(list, { ...world.deps, sendSubscribeMessage })
  return { most, kinds: (outcomes as { kind: string }[]).map(({ kind }) => kind) }
}

it('R1 control: a list to one openid goes out one after the other', async () => {
  const to = someone()
  await world.allow(to, 5)
  expect((await mostAtOnce([to, to, to, to])).most).toBe(1)
})

it('R1 a list to one { openid } goes out one after the other', async () => {
  const to = someone()
  await world.allow(to, 5)
  expect((await mostAtOnce([{ openid: to }, { openid: to }, { openid: to }, { openid: to }])).most).toBe(1)
})

it('R2 the item of a permit does not outgrow 400 KB with sends of which WeChat does not tell', () => {
  let permit = { ...noPermit(SHIPPED, true), base: 1 }
  const key = `send#wx0000aaaa1111bbbb#sha256-${'a'.repeat(58)}`
  for (let i = 0; i < 3000; i += 1) {
    const [id, at] = [`${key}${String(i).padStart(6, '0')}`, seconds(1_700_000_000 + i * 50)]
    permit = accepted(reserved(permit, id, at), id, at, `186432372646${i}` as never)
  }
  expect(JSON.stringify(permitItem('openid#x#y', permit, 'r')).length).toBeLessThan(400 * 1024)
})
