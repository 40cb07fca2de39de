import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActDeps } from '../../../shared/act/deps.ts'
import { runHandler } from '../../../shared/act/run-handler.ts'
import type { OpenId } from '../../../shared/kernel/ids.ts'
import { millis, minutes } from '../../../shared/kernel/time.ts'
import type { Handler, Reply } from '../../../shared/reply/handler.ts'
import { send } from '../../../shared/reply/messages.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { rules, run } from '../../../shared/reply/table.ts'
import { actWorld } from '../../support/act-world.ts'
import { aPush, aTextPush, OPEN_ID } from '../../support/build.ts'
import { aText, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

/** JavaScript may return anything. */
const returning =
  (value: unknown): Handler =>
  async () =>
    value as readonly Reply[]

describe('a handler that returns what is no replies', () => {
  const ASKED = rules({
    ...RULES,
    keywords: [],
    otherwise: { ...RULES.otherwise, text: run('orderStatus', { tries: 2, otherwise: '请稍后再试' }) },
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a misspelt kind', [{ kind: 'sned' }]],
    ['a picture that is missing', [{ kind: 'send', message: { kind: 'image', picture: undefined } }]],
    ['a thousand replies', Array(1000).fill(send('好'))],
    ['more than an item of the table holds', [send('茶'.repeat(200_000))]],
  ])('has failed, as if it had thrown: %s', async (_, returned) => {
    const world = actWorld(table, { rules: ASKED, handlers: { orderStatus: returning(returned) } })
    const key = await world.accept(aText(someone()))
    await world.act(key)
    expect((await world.item(key))?.state?.S).toBe('waiting')
    expect(world.lines).toContainEqual(
      expect.objectContaining({ event: 'handler.failed', handler: 'orderStatus', because: 'reply' }),
    )
    await world.later(minutes(1))
    expect(world.sent.map(({ what }) => what)).toEqual(['请稍后再试'])
    expect((await world.item(key))?.state?.S).toBe('done')
  })
})

describe('that we type', () => {
  const { message } = aPush(aTextPush({}))
  const asked = { deadline: millis(20_000), message, openId: OPEN_ID as OpenId, idempotencyKey: 'k' }
  const typing = (type: ActDeps['messenger']['typing'], orderStatus: Handler): ActDeps => {
    const { deps } = actWorld(table, { handlers: { orderStatus } })
    return { ...deps, messenger: { ...deps.messenger, typing: type } }
  }

  it('is not waited for when the handler is over', async () => {
    const deps = typing(() => new Promise(() => undefined), returning([send('好')]))
    expect(await runHandler({ name: 'orderStatus', ...asked }, deps)).toEqual([send('好')])
  })

  it('may be refused when the handler is long over, and nobody minds', async () => {
    const refusals: ((failure: Error) => void)[] = []
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const deps = typing(() => new Promise((_, reject) => void refusals.push(reject)), returning([]))
    expect(await runHandler({ name: 'orderStatus', ...asked }, deps)).toEqual([])
    expect(refusals).toHaveLength(1)
    for (const refuse of refusals) refuse(new Error('refused'))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('may fail at once, and the handler runs all the same', async () => {
    const broken = (): never => {
      throw new TypeError('a bug')
    }
    expect(await runHandler({ name: 'orderStatus', ...asked }, typing(broken, returning([])))).toEqual([])
  })
})
