import { expect, test } from 'vitest'
import { startLocal } from '../../dev/local.ts'
import { localSettings } from '../../dev/settings.ts'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import { worldOf } from '../../dev/world.ts'
import { writeWire } from '../../shared/wechat/wire.ts'
import { popup, someone } from '../support/people.ts'
import { aWeixinStub } from '../support/weixin-stub.ts'

test('whoever has set another API talks to that one', async () => {
  const other = await aWeixinStub(({ name }) => ({
    body: name.endsWith('stable_token') ? { access_token: 'T', expires_in: 7200 } : { errcode: 0, errmsg: 'ok' },
  }))
  const env = { ...localSettings(), WECHAT_API_BASE: other.url }
  const stack = await startLocal({ port: 0, env })
  try {
    const world = worldOf(stack, env)
    await world.push(world.write('text', 'json', { openId: someone(), say: '订单' }))
    await world.settled()
    expect(other.calls.map(({ name }) => name)).toEqual([
      'POST /cgi-bin/stable_token',
      'POST /cgi-bin/message/custom/send',
    ])
    expect(world.calls()).toEqual([])
  } finally {
    await stack.close()
    await other.close()
  }
})

/** What `template.ts` has of a new message in a chat. */
const DATA = {
  thing1: { value: '小张' },
  thing2: { value: '您的订单今天发出' },
  time3: { value: '2025年10月9日 16:53' },
  number4: { value: '1' },
}

test('what WeChat pushes back comes in signed and sealed as every push', async () => {
  const env = localSettings()
  const stack = await startLocal({ port: 0, env })
  const post = async (path: string, body: object) =>
    JSON.parse(await (await fetch(`${stack.wechat.url}${path}`, { method: 'POST', body: JSON.stringify(body) })).text())
  try {
    const world = worldOf(stack, env)
    const openId = someone()
    const text = writeWire('json', popup(openId, MESSAGED, 'accept'))
    await world.push({ sample: 'subscribe_msg_popup_event', format: 'json', text })
    await world.settled()
    const credentials = { appid: env.WECHAT_APP_ID, secret: env.WECHAT_APP_SECRET, grant_type: 'client_credential' }
    const { access_token: token } = await post('/cgi-bin/stable_token', credentials)
    const message = { touser: openId, template_id: MESSAGED, data: DATA }
    const sent = await post(`/cgi-bin/message/subscribe/send?access_token=${token}`, message)
    expect(sent).toMatchObject({ errcode: 0 })
    const kinds = async () => (await world.pushes()).map(({ kind }) => kind)
    await expect.poll(kinds).toEqual(['subscribe_msg_popup_event', 'subscribe_msg_sent_event'])
    await world.settled()
    expect((await world.pushes()).at(-1)).toMatchObject({ sealed: true, deliveries: 1, state: 'done' })
    const permit = (await world.kept(openId)).find(({ kind }) => kind === 'permit')
    expect(permit).toMatchObject({ template: MESSAGED, remaining: 0 })
  } finally {
    await stack.close()
  }
})
