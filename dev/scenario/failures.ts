import { minutes } from '../../shared/kernel/time.ts'
import { adviceOn, meaningOf, refusal } from '../../shared/wechat/errcode.ts'
import { say, takenBy, XIAO_ZHANG } from './replies.ts'
import { expected, type Scene, type World } from './scenario.ts'

const XIAO_LI = 'oDEMO5BxiaoliBBBBBBBBBBBBBBB'
const ORDERS = ['20260001', '20260002', '20260003']
/** The longest wait is an hour. */
const MOST_MINUTES = 90

/** Minute by minute, as the schedule does it; how many it took. */
async function untilDone(world: World): Promise<number> {
  for (let minute = 0; minute <= MOST_MINUTES; minute += 1) {
    const states = (await world.pushes()).map(({ state }) => state)
    if (states.every((state) => state === 'done')) return minute
    expected(!states.includes('failed'), 'a push was given up')
    await world.later(minutes(1))
  }
  expected(false, `not done within ${MOST_MINUTES} min`)
}

const DOWN_MINUTES = 10

export const WECHAT_DOWN: readonly Scene[] = [
  {
    title: [`微信接口中断 ${DOWN_MINUTES} 分钟，两人各问三次`, "WeChat's API is down while two people ask"],
    async play(world) {
      world.fail({ path: '*', times: 1_000_000, status: 502 })
      for (const order of ORDERS) {
        for (const openId of [XIAO_ZHANG, XIAO_LI]) await say(world, openId, `订单 ${order}`)
        await world.settled()
      }
      for (let minute = 0; minute < DOWN_MINUTES; minute += 1) await world.later(minutes(1))
      const waiting = (await world.pushes()).filter(({ state }) => state === 'waiting').length
      expected(waiting === 2 * ORDERS.length, `${waiting} pushes wait`)
      return `POST 200 × ${waiting}, ${waiting} wait 等待中`
    },
  },
  {
    title: ['接口恢复', 'it comes back'],
    async play(world) {
      world.fail({ path: '*', times: 0 })
      const minute = await untilDone(world)
      for (const openId of [XIAO_ZHANG, XIAO_LI]) {
        const orders = takenBy(world, openId).map((words) => /\d{8}/.exec(words)?.[0])
        expected(orders.join() === ORDERS.join(), `one person read ${orders.join()}`)
      }
      return `each once and in order, within ${minute} min 每条恰好一次，顺序不变`
    },
  },
]

const TOKEN_PATH = '/cgi-bin/stable_token'

export const WRONG_IP: readonly Scene[] = [
  {
    title: ['出口 IP 不在白名单', 'our address is not on the whitelist'],
    async play(world) {
      world.fail({ path: TOKEN_PATH, times: 1_000_000, errcode: 40164 })
      await say(world, XIAO_ZHANG, '订单 20260002')
      await world.settled()
      const answer = world.calls().findLast(({ path }) => path === TOKEN_PATH)?.answer
      const { errcode, errmsg } = { errcode: 0, errmsg: '', ...(answer as object) }
      expected(errcode === 40164, `WeChat said ${errcode}`)
      expected((await world.pushes()).at(-1)?.state === 'waiting', 'the push does not wait')
      const { hint, zh } = adviceOn(refusal(`POST ${TOKEN_PATH}`, errcode, errmsg).facts)
      return `waits 等待中: ${hint} ${zh}`
    },
  },
  {
    title: ['加入白名单之后', 'once it is added'],
    async play(world) {
      world.fail({ path: TOKEN_PATH, times: 0 })
      const minute = await untilDone(world)
      const [words = 'nothing', ...others] = takenBy(world, XIAO_ZHANG)
      expected(others.length === 0, `${others.length + 1} replies`)
      return `→ ${words} (${minute} min)`
    },
  },
]

/** The next one goes on when the one that died had long enough. */
const killedScene = (title: Scene['title'], arrives: boolean, promised: number): Scene => ({
  title,
  async play(world) {
    const before = world.shown(XIAO_ZHANG).length
    world.killAtNextSend(arrives)
    await say(world, XIAO_ZHANG, '订单 20260002')
    await world.settled()
    expected((await world.pushes()).at(-1)?.state === 'waiting', 'nobody took over')
    const minute = await untilDone(world)
    const came = world.shown(XIAO_ZHANG).length - before
    expected(came === promised, `the person got ${came}`)
    return `${came} shown 用户收到 ${came} 条, ${minute} min later`
  },
})

export const KILLED_WHILE_SENDING: readonly Scene[] = [
  killedScene(['发送途中被杀，微信未收到', 'killed before WeChat has the message'], false, 1),
  // WeChat takes no key that would tell it that it has the message already.
  killedScene(['发送途中被杀，微信已收到', 'killed after WeChat took it: once more'], true, 2),
]

/** What WeChat refuses for good is an end and no failure. */
export const END_SCENE: Scene = {
  title: ['会话窗口已关闭', 'the window is closed'],
  async play(world) {
    world.fail({ path: '/cgi-bin/message/custom/send', times: 1, errcode: 45015 })
    await say(world, XIAO_ZHANG, '订单 20260002')
    await world.settled()
    const { state, attempts } = (await world.pushes()).at(-1) ?? {}
    expected(state === 'done' && attempts === 1, `${state} after ${attempts}`)
    return `45015 ${meaningOf(45015).name}: not tried again 不再重试`
  },
}
