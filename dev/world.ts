import { imWorldOf } from './im-world.ts'
import type { Local } from './local.ts'
import { messagesIn, SEND } from './outbox.ts'
import { listPushes } from './pushes.ts'
import type { World } from './scenario/scenario.ts'
import { accountOf } from './settings.ts'
import type { WeChatApi } from './simulator/api/wechat-api.ts'
import { wechatSender } from './simulator/sender.ts'
import { writeSample } from './simulator/writer.ts'
import { keptAbout } from './state.ts'

/** WeChat before a local stack. */
export function worldOf(stack: Local, env: Readonly<Record<string, string>>, url = stack.url): World {
  const { account, mode } = accountOf(env)
  const { clock, wechat, settled } = stack
  const sender = wechatSender(account, `${url}/push`)
  const forks = new Map<string, Promise<World>>()
  const write: World['write'] = (sample, format = 'json', about = {}) => ({
    sample,
    format,
    text: writeSample(sample, { appId: account.appId, format, clock, ...about }),
  })
  const push: World['push'] = async (sample, { format, ...sending } = {}) => {
    const { text } = typeof sample === 'string' ? write(sample, format) : sample
    return await sender.push(text, { mode, clock, ...sending })
  }
  return {
    account,
    mode,
    clock,
    im: imWorldOf(stack, { appId: account.appId, url, push, template: env.NOTIFY_TEMPLATE }),
    write,
    verify: () => sender.verify({ clock }),
    push,
    pushes: () => listPushes(stack),
    kept: (openId) => keptAbout(stack, account.appId, openId),
    calls: wechat.outbox,
    sent: () => messagesIn(wechat.outbox()),
    shown: wechat.delivered,
    fail: wechat.fail,
    settled,
    later: async (ms) => {
      await stack.advance(ms)
      await settled()
    },
    killAtNextWrite: () => stack.afterNextPush(() => stack.killInstances('push')),
    killAtNextSend: (arrives) => {
      wechat.fail({ path: SEND, times: 1, ...(arrives ? { delayMs: LONG_MS } : { hang: true }) })
      onNextSend(wechat, () => stack.killInstances('process'))
    },
    fork: (changes) => {
      const name = JSON.stringify(changes)
      const fork =
        forks.get(name) ??
        stack.fork({ env: changes }).then((there) => worldOf(stack, { ...env, ...changes }, there.url))
      forks.set(name, fork)
      return fork
    },
  }
}

/** Longer than any call of WeChat's API takes. */
const LONG_MS = 60_000

/** Looks every few milliseconds: a call that is under way stays so for much longer. */
function onNextSend({ outbox }: WeChatApi, act: () => void): void {
  const count = (): number => outbox().filter(({ path }) => path === SEND).length
  const before = count()
  const timer = setInterval(() => {
    if (count() === before) return
    clearInterval(timer)
    act()
  }, 5).unref()
}
