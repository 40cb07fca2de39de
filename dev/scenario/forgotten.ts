import type { PlainItem } from '../state.ts'
import { XIAO_ZHANG } from './replies.ts'
import { expected, type Scene, type World } from './scenario.ts'

const EVENTS = [
  ['user_authorization_revoke', '用户撤回授权', 'the user withdraws what was allowed'],
  ['user_authorization_cancellation', '用户注销微信号', 'the user closes the account'],
] as const

/** Whatever says more than that a push came once; the event that asks for it says whose it is and no more. */
const isTelling = ({ kind, body, message }: PlainItem): boolean =>
  kind !== 'push' || (body !== undefined && !EVENTS.some(([event]) => event === message))

const telling = async (world: World): Promise<number> => (await world.kept(XIAO_ZHANG)).filter(isTelling).length

/** What the person wrote and allowed goes; that it came once stays known. */
export const FORGOTTEN: readonly Scene[] = EVENTS.map(([event, zh, en]) => ({
  title: [zh, en] as const,
  async play(world) {
    const written = world.write('text', 'json', { openId: XIAO_ZHANG, say: '我的地址是灵隐路 1 号' })
    await world.push(written)
    await world.push(world.write('subscribe_msg_popup_event', 'json', { openId: XIAO_ZHANG }))
    await world.settled()
    const before = await telling(world)
    await world.push(world.write(event, 'json', { openId: XIAO_ZHANG }))
    await world.settled()
    const after = await telling(world)
    expected(before > 0 && after === 0, `${before} items before, ${after} after`)
    const shown = world.shown(XIAO_ZHANG).length
    await world.push(written)
    await world.settled()
    expected(world.shown(XIAO_ZHANG).length === shown, 'what was erased was worked on again')
    return `${before} items → 0, a redelivery is still known 数据已删除，重投仍能识别`
  },
}))
