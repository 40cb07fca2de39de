import { beforeEach, describe, expect, test } from 'vitest'
import { MESSAGED, VISITING } from '../../../../dev/simulator/api/template.ts'
import { REFUNDED } from '../../../../dev/simulator/samples/subscribe.ts'
import { OPEN_ID } from '../../../support/build.ts'
import { aWorld, observed, popup, type World } from './world.ts'

const OTHER = 'oTEST_BBBBBBBBBBBBBBBBBBBBBB'
const DATA = {
  thing1: { value: '小张' },
  thing2: { value: '您的订单今天发出' },
  time3: { value: '2025年10月9日 16:53' },
  number4: { value: '1' },
}
const VISIT = {
  name1: { value: '张三' },
  thing2: { value: '内科' },
  enum3: { value: '候诊中' },
  time4: { value: '09:00' },
}

let world: World
beforeEach(async () => {
  world = await aWorld()
})

const errcodeOf = async (changes: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
  const message = { touser: OPEN_ID, template_id: MESSAGED, data: DATA, ...changes }
  return (await world.call('/cgi-bin/message/subscribe/send', message)).says.errcode
}

describe('a permit', () => {
  test('of a one-time template is one send; they add up', async () => {
    expect(await errcodeOf()).toBe(43101)
    popup(world.api, MESSAGED, 'accept', 'accept')
    expect([await errcodeOf(), await errcodeOf(), await errcodeOf()]).toEqual([0, 0, 43101])
  })

  test('is for one template and one person', async () => {
    popup(world.api, MESSAGED, 'accept')
    expect(await errcodeOf({ touser: OTHER })).toBe(43101)
    const refund = {
      amount1: { value: '¥1' },
      thing2: { value: '茶' },
      date3: { value: '2025-10-09' },
      phone_number5: { value: '110' },
    }
    expect(await errcodeOf({ template_id: REFUNDED, data: refund })).toBe(43101)
    expect(world.api.state(OPEN_ID).permits).toEqual({ [MESSAGED]: 1 })
  })

  test('goes with a rejection in the popup', async () => {
    popup(world.api, MESSAGED, 'accept', 'accept', 'reject')
    expect(await errcodeOf()).toBe(43101)
    popup(world.api, MESSAGED, 'accept')
    expect(await errcodeOf()).toBe(0)
  })

  test('goes with a change of the settings, which never adds one', async () => {
    popup(world.api, MESSAGED, 'accept', 'accept')
    const change = (SubscribeStatusString: string): void =>
      observed(world.api, 'subscribe_msg_change_event', { List: [{ TemplateId: MESSAGED, SubscribeStatusString }] })
    change('accept')
    expect(world.api.state(OPEN_ID).permits).toEqual({ [MESSAGED]: 2 })
    change('reject')
    expect(await errcodeOf()).toBe(43101)
  })

  test('of a long-term template lasts until it is withdrawn', async () => {
    popup(world.api, VISITING, 'accept')
    const visit = { template_id: VISITING, data: VISIT }
    expect([await errcodeOf(visit), await errcodeOf(visit), await errcodeOf(visit)]).toEqual([0, 0, 0])
    popup(world.api, VISITING, 'reject')
    expect(await errcodeOf(visit)).toBe(43101)
  })

  test('is read from an event of several, and from the wrapper that XML has', async () => {
    const accepted = (TemplateId: string) => ({ TemplateId, SubscribeStatusString: 'accept', PopupScene: '0' })
    observed(world.api, 'subscribe_msg_popup_event', { List: [accepted(MESSAGED), accepted(REFUNDED)] })
    observed(world.api, 'subscribe_msg_popup_event', { SubscribeMsgPopupEvent: { List: accepted(MESSAGED) } })
    expect(world.api.state(OPEN_ID).permits).toEqual({ [MESSAGED]: 2, [REFUNDED]: 1 })
  })
})
