import { MESSAGED } from '../../dev/simulator/api/template.ts'
import { seconds, toMillis } from '../../shared/kernel/time.ts'
import type { drafts } from './drafts.ts'
import { TEXT } from './rules.ts'
import type { Measured } from './usage.ts'
import type { CostWorld } from './world.ts'

export interface MeasuredNotice extends Measured {
  /** How many messages, logins or requests the usage is of. */
  readonly messages: number
}

type Write = ReturnType<typeof drafts>

export const NOTICE = 'a message to somebody offline, one notice'
export const FOLLOWS = 'what follows it: WeChat’s event, one more look'
export const BURST = '50 messages within ten seconds, one notice'
export const PRESENT = 'a message to somebody online, looked at twice'
export const REQUEST = 'POST /send'

/** Longer than until the second look, and than the first cooldown. */
const LATER = toMillis(seconds(90))

/** Each case in turn, with people of its own. The instances have a token already. */
export async function measureNotices(world: CostWorld, write: Write): Promise<readonly MeasuredNotice[]> {
  const { im, settle, muchLater, login, meet, say, request } = steps(world, write)
  const measure = async (name: string, work: () => Promise<unknown>, messages = 1): Promise<MeasuredNotice> => ({
    name,
    usage: await world.usageOf(async () => void (await work())),
    messages,
  })

  const reader = await meet('reader')
  const talker = await meet('talker')
  const present = await meet('present')
  const first = await meet('the first')
  await meet('customer')
  await muchLater()
  await say(first)
  await world.pushBack()
  await im.comeOnline(present)
  await muchLater()

  return [
    await measure(NOTICE, () => say(reader)),
    await measure(FOLLOWS, async () => {
      await world.pushBack()
      await muchLater()
    }),
    await measure(PRESENT, async () => {
      await say(present)
      await muchLater()
    }),
    await measure(BURST, () => say(talker, 50), 50),
    await measure('a message during the cooldown', () => say(talker)),
    await measure('somebody comes online in IM, and goes', async () => {
      await im.comeOnline(reader)
      await settle()
      await im.logout(reader)
      await settle()
    }),
    await measure('POST /login, for the first time', () => login('newcomer')),
    await measure('POST /login', () => login('newcomer')),
    await measure(REQUEST, () => request('customer')),
  ]
}

/** What people do, and what follows at once. */
function steps(world: CostWorld, write: Write) {
  const { im, wechat, settle } = world

  async function login(name: string): Promise<string> {
    const { userId } = JSON.parse(await world.login({ code: wechat.login(write.openId(name)) }))
    im.importAccount(userId)
    return userId
  }

  return {
    im,
    settle,
    login,
    /** Logs in, and allows one notice. */
    meet: async (name: string): Promise<string> => {
      const userId = await login(name)
      await world.push(write.popup(name, MESSAGED))
      return userId
    },
    /** All of it is one batch of the stream. */
    say: async (to: string, times = 1): Promise<void> => {
      for (let left = times; left > 0; left -= 1) await im.sendMessage({ from: 'shop', to, text: TEXT })
      await settle()
    },
    /** A tick comes when all is due that waits for less than {@link LATER}. */
    muchLater: async (): Promise<void> => {
      world.advance(LATER)
      await world.tick()
    },
    request: (name: string): Promise<string> =>
      world.send({
        to: write.openId(name),
        template: MESSAGED,
        data: { thing1: '小店', thing2: '您的订单已发货', time3: '2026年11月21日 14:30', number4: '1' },
        page: 'pages/index/index',
        idempotencyKey: 'order-20260001-shipped',
      }),
  }
}
