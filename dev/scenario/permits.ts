import { REFUNDED, SHIPPED } from '../simulator/samples/subscribe.ts'
import { XIAO_ZHANG } from './replies.ts'
import { expected, type Scene, type World } from './scenario.ts'

async function remaining(world: World, template: string): Promise<number> {
  const kept = await world.kept(XIAO_ZHANG)
  return Number(kept.find((item) => item.kind === 'permit' && item.template === template)?.remaining ?? 0)
}

/** An event comes three times and counts once. */
const permitScene = (title: Scene['title'], sample: string, left: number): Scene => ({
  title,
  async play(world) {
    await world.push(world.write(sample, 'json', { openId: XIAO_ZHANG }), { overlapping: true })
    await world.settled()
    const now = await remaining(world, SHIPPED)
    expected(now === left, `${now} left, not ${left}`)
    expected((await remaining(world, REFUNDED)) === 0, 'a template that was refused may be sent')
    return `three deliveries 投递三次 → ${left} left 可用 ${left} 次`
  },
})

export const PERMITS: readonly Scene[] = [
  permitScene(['用户同意订阅', 'the user allows a message'], 'subscribe_msg_popup_event', 1),
  permitScene(['同意一个、拒绝一个', 'allows one, refuses another'], 'subscribe_msg_popup_event_several', 2),
  permitScene(['一条已送达', 'one was sent'], 'subscribe_msg_sent_event', 1),
  permitScene(['用户关闭订阅', 'the user turns it off'], 'subscribe_msg_change_event', 0),
]
