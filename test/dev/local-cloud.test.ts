import { describe, expect, test } from 'vitest'
import { CLOUD_VARIANTS } from '../../dev/local-cloud.ts'
import { writeCloudSample } from '../../dev/simulator/writer.ts'
import type { AppId } from '../../shared/kernel/ids.ts'
import { useLocal } from '../e2e/local.ts'
import { someone } from '../support/people.ts'

const { stack, taken, settings, lines } = useLocal()

const eventOf = (openId: string, say: string) =>
  writeCloudSample('text', { appId: settings.WECHAT_APP_ID as AppId, openId, say, clock: stack().clock })

async function post(body: unknown) {
  const response = await fetch(`${stack().url}/_dev/cloud`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, says: JSON.parse(await response.text()) }
}

const ORDER = '请发送订单号，例如：订单 20260001'
const processes = (): number => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length

describe('POST /_dev/cloud', () => {
  test('starts nothing before the first push', () => {
    expect(processes()).toBe(0)
  })

  test.each([undefined, ...CLOUD_VARIANTS])(
    'pushes to %s, and the one WeChat of the stack has the reply',
    async (variant) => {
      const openId = someone()
      const { status, says } = await post({ event: eventOf(openId, '订单'), variant, openId })
      expect([status, says]).toEqual([200, { result: 'success', tookMs: expect.any(Number) }])
      expect(taken(openId)).toEqual([ORDER])
      expect(stack().wechat.state(openId).window.left).toBe(4)
    },
  )

  test('hears of a push that comes three times as of one', async () => {
    const openId = someone()
    const event = eventOf(openId, '订单')
    const answers = await Promise.all([post({ event }), post({ event }), post({ event })])
    expect(answers.map(({ says }) => says.result)).toEqual(['success', 'success', 'success'])
    await post({ event })
    expect(taken(openId)).toEqual([ORDER])
    expect(stack().wechat.state(openId).window.left).toBe(4)
  })

  test("takes somebody else's event for what it is: not of WeChat", async () => {
    const openId = someone()
    const { says } = await post({ event: eventOf(openId, '订单'), openId: someone() })
    expect(says.result).toMatchObject({ ErrCode: -1 })
    expect(taken(openId)).toEqual([])
    expect(stack().wechat.state(openId).window.left).toBe(0)
    expect(lines.filter((line) => line.includes('cloud.refused'))).toHaveLength(1)
  })

  test('writes the lines of the function where those of Lambda go', async () => {
    const openId = someone()
    await post({ event: eventOf(openId, '订单') })
    const events = lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).event] : []))
    expect(events).toContain('cloud.accepted')
    expect(lines.filter((line) => line.includes('[TCB]'))).toEqual([])
  })

  test('runs the timer when the clock is moved', async () => {
    const ticks = () => lines.filter((line) => line.includes('cloud.ticked')).length
    const before = ticks()
    await stack().advance(60_000)
    expect(ticks()).toBe(before + CLOUD_VARIANTS.length)
  })

  test.each([
    [{}, 'event is an object'],
    [{ event: 'text' }, 'event is an object'],
    [{ event: {}, variant: 'other' }, 'variant is one of customer-service, customer-service-bundled'],
    [{ event: {}, openId: 7 }, 'openId is text'],
  ])('refuses %j with 400 and says why', async (body, reason) => {
    const { status, says } = await post(body)
    expect([status, says.message]).toEqual([400, expect.stringContaining(`REQUEST_INVALID ${reason}`)])
  })

  test('ends with the stack', async () => {
    expect(processes()).toBeGreaterThan(0)
    await stack().close()
    await expect.poll(processes).toBe(0)
  })
})
