import type { AppId, OpenId, TemplateId, UserId } from '../shared/kernel/ids.ts'
import { toSeconds } from '../shared/kernel/time.ts'
import { firstTemplate } from '../shared/reply/templates.ts'
import { writeWire } from '../shared/wechat/wire.ts'
import { giveIdentity, givePermit } from './dev-people.ts'
import type { Local } from './local.ts'
import { QUERY } from './outbox.ts'
import type { ImWorld, Login } from './scenario/im-world.ts'
import type { World } from './scenario/scenario.ts'
import { sendSigned } from './send-request.ts'

interface Surroundings {
  readonly appId: AppId
  /** Where the receiver under test is. */
  readonly url: string
  readonly push: World['push']
  /** NOTIFY_TEMPLATE */
  readonly template: string | undefined
}

const GROUP = '@TGS#1DEMO'
const MESSAGE_CALLBACK = /CallbackAfterSendMsg$/

/** Tencent IM before a local stack. */
export function imWorldOf(stack: Local, { appId, url, push, template = firstTemplate() }: Surroundings): ImWorld {
  const { clock, wechat, im } = stack
  return {
    template,
    meet: async ({ userId, openId }, remaining) => {
      im.importAccount(userId)
      await giveIdentity(stack, appId, userId as UserId, openId as OpenId)
      const permit = { appId, openId: openId as OpenId, template: template as TemplateId, remaining }
      await givePermit(stack, wechat, permit)
    },
    login: async (openId) => await loginAt(url, wechat.login(openId)),
    allow: async (openId) => {
      const text = writeWire('json', {
        ToUserName: 'gh_0a1b2c3d4e5f',
        FromUserName: openId,
        CreateTime: toSeconds(clock()),
        MsgType: 'event',
        Event: 'subscribe_msg_popup_event',
        List: { TemplateId: template, SubscribeStatusString: 'accept', PopupScene: '0' },
      })
      return await push({ sample: 'subscribe_msg_popup_event', format: 'json', text })
    },
    send: (request) => sendSigned(url, request, clock()),
    say: (from, to, text) => im.sendMessage({ from, to, text }),
    mention: async (from, mention, text) => void (await im.sendGroupMessage({ from, group: GROUP, mention, text })),
    comeOnline: async (userId) => void (await im.comeOnline(userId)),
    goToBackground: async (userId) => void (await im.goToBackground(userId)),
    close: async (userId) => void (await im.closeApp(userId)),
    read: async (reader, peer) => void (await im.read(reader, peer)),
    recall: async (message) => void (await im.recall(message)),
    redeliver: async () => {
      const told = im.callbacks().filter(({ command }) => MESSAGE_CALLBACK.test(command))
      await Promise.all(told.map((event) => im.redeliver(event)))
    },
    questions: () => im.outbox().filter(({ path }) => path === QUERY).length,
  }
}

async function loginAt(url: string, code: string): Promise<Login> {
  const response = await fetch(`${url}/login`, { method: 'POST', body: JSON.stringify({ code }) })
  const { userId = '', userSig = '' } = (await response.json()) as Partial<Login>
  return { status: response.status, userId, userSig }
}
