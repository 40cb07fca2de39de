import { aPerson, expectNothing, onlyCard, permitsOf, toldBy, wordsOf } from './notice-steps.ts'
import { XIAO_ZHANG } from './replies.ts'
import { expected, type Scenario, type Scene, type World } from './scenario.ts'
import { onlyTry, verifyScene } from './scenes.ts'

/** Before the login gives a UserID, nobody knows one. */
const person = async (world: World) => {
  const identity = (await world.kept(XIAO_ZHANG)).find(({ sk }) => sk === 'identity')
  return { openId: XIAO_ZHANG, userId: String(identity?.userId ?? '') }
}

const loginScene: Scene = {
  title: ['wx.login → POST /login → 登录 IM', 'the mini program logs in'],
  async play(world) {
    const { status, userId, userSig } = await world.im.login(XIAO_ZHANG)
    expected(status === 200 && userSig !== '', `answered ${status}`)
    await world.im.comeOnline(userId)
    expected((await person(world)).userId === userId, 'the login is not in the table')
    return `POST ${status}  UserID ${userId}, a UserSig 已签发`
  },
}

const popupScene: Scene = {
  title: ['用户同意接收新消息提醒', 'the person allows one notice'],
  async play(world) {
    const before = await permitsOf(world, await person(world))
    const { status } = onlyTry(await world.im.allow(XIAO_ZHANG))
    await world.settled()
    const left = await permitsOf(world, await person(world))
    expected(left === before + 1, `${left} left`)
    return `POST ${status}  ${left} left 可用 ${left} 次`
  },
}

const missedScene: Scene = {
  title: ['用户离开后，两位好友发来三条消息', 'gone, and two friends write three times'],
  async play(world) {
    const bob = await person(world)
    await world.im.close(bob.userId)
    await world.later(10_000)
    const told = await toldBy(world, bob, async () => {
      await world.im.say('xiaoli', bob.userId, '在吗？')
      await world.im.say('xiaowang', bob.userId, '晚上一起吃饭？')
      await world.im.say('xiaoli', bob.userId, '看到请回复')
    })
    return `one notice 一条通知 → ${wordsOf(onlyCard(told))}`
  },
}

const returnScene: Scene = {
  title: ['又来一条，用户已回来', 'one more, and the person comes back'],
  async play(world) {
    const bob = await person(world)
    await world.im.allow(bob.openId)
    const told = await toldBy(world, bob, async () => {
      await world.im.say('xiaoli', bob.userId, '改到七点')
      await world.settled()
      await world.im.comeOnline(bob.userId)
      await world.later(61_000)
    })
    expectNothing(told, 'somebody who is back')
    return 'nothing is sent 不再通知'
  },
}

/** What Tencent's own demo sets out to show, to its end. */
export const DEMO: Scenario = {
  summary: ['从登录到离线通知', 'from the login to the notice'],
  scenes: [verifyScene, loginScene, popupScene, missedScene, returnScene],
}

const ORDERED = aPerson('order')

/** What a server asks for. */
export const SEND_ONCE: readonly Scene[] = [
  {
    title: ['服务端请求发送，同一个键两次', 'a server asks twice with the same key'],
    async play(world) {
      await world.im.meet(ORDERED, 2)
      const data = { thing1: '小店', thing2: '您的订单已发出', time3: '2026年11月21日 09:30', number4: '1' }
      const request = { to: ORDERED.userId, template: world.im.template, data, idempotencyKey: 'order-20260002' }
      const told = await toldBy(world, ORDERED, async () => {
        const answers = [await world.im.send(request), await world.im.send(request)]
        const [first, second] = answers.map(({ status, says }) => `${status} ${JSON.stringify(says)}`)
        expected(first === second && first?.includes('"sent"') === true, `${first}, then ${second}`)
      })
      return `POST /send 200 200  → ${wordsOf(onlyCard(told))}`
    },
  },
]
