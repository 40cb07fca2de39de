import { type PushRecord, pushRecords } from './pushes.ts'
import type { World } from './scenario/scenario.ts'
import { accountOf } from './settings.ts'
import { wechatSender } from './simulator/sender.ts'
import { writeSample } from './simulator/writer.ts'
import type { Stack } from './stack.ts'

/** WeChat before a local stack. */
export function worldOf(stack: Stack, env: Readonly<Record<string, string>>, url = stack.url): World {
  const { account, mode } = accountOf(env)
  const sender = wechatSender(account, `${url}/push`)
  const forks = new Map<string, Promise<World>>()
  const write: World['write'] = (sample, format = 'json') => ({
    sample,
    format,
    text: writeSample(sample, { appId: account.appId, format }),
  })
  return {
    account,
    mode,
    write,
    verify: () => sender.verify(),
    push: async (sample, { format, ...sending } = {}) => {
      const { text } = typeof sample === 'string' ? write(sample, format) : sample
      return await sender.push(text, { mode, ...sending })
    },
    pushes: () => listPushes(stack),
    killAtNextWrite: () => stack.afterNextPush(() => stack.killInstances('push')),
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

/** What the table holds, newest last. */
export async function listPushes(stack: Stack): Promise<readonly PushRecord[]> {
  return pushRecords(await stack.items(), (key) => stack.deliveries.get(key) ?? 0)
}
