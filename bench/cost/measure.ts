import { minutes } from '../../shared/kernel/time.ts'
import type { WireDraft } from '../../shared/wechat/wire.ts'
import { median } from '../rounds.ts'
import { drafts } from './drafts.ts'
import { type MeasuredNotice, measureNotices } from './measure-notices.ts'
import { HANDED_OVER, ORDER, TEXT } from './rules.ts'
import type { Measured, Usage } from './usage.ts'
import { type CostWorld, costWorld } from './world.ts'

export interface Costs {
  readonly cases: readonly Measured[]
  /** With Tencent IM. */
  readonly notices: readonly MeasuredNotice[]
  /** Bytes that the table holds of a person who wrote one text and was answered, by kind of item. */
  readonly stored: Readonly<Record<string, number>>
  /** Milliseconds that a function took here for one text, medians: the table and WeChat are in the same process. */
  readonly local: Readonly<Record<'push' | 'process', number>>
}

/** How many pushes of the person lie in the table already: all of them are read when a reply's turn comes. */
const EARLIER = [0, 10, 100] as const

export const textCase = (earlier: number): string => `a text and one text back, ${earlier} pushes before`
/** What a month is reckoned with. */
export const COMMON = textCase(10)
export const TOKEN = 'the first text: a token is fetched'
export const IDLE = 'an idle minute: one tick'

/** Longer than the first pause before another try. */
const LATER = minutes(5)

/** Each case in turn, with people of its own; the first one finds no token, the others one in memory. */
export async function measureCosts(): Promise<Costs> {
  const world = await costWorld()
  const write = drafts(world.clock)
  const measure = async (name: string, draft: WireDraft): Promise<Measured> => ({
    name,
    usage: await world.usageOf(() => world.push(draft)),
  })
  try {
    const first = await measure(TOKEN, write.text('first', TEXT))
    const stored = await world.stored(write.openId('first'))
    const texts = await textsOf(world, () => write.text('writer', TEXT))
    const cases = [
      ...EARLIER.flatMap((before) => texts.slice(before, before + 1)),
      await measure('a text, handed over to an agent', write.text('agent', HANDED_OVER)),
      await measure('entering the session, one text', write.entering('guest')),
      await measure('the popup, one template accepted', write.popup('shopper')),
      await measure('an event that nobody acts on', write.mediaCheck('uploader')),
      await measure('a text, answered by a handler', write.text('buyer', ORDER)),
      { name: 'a text, the first send fails', usage: await retried(world, write.text('unlucky', TEXT)) },
      first,
      { name: IDLE, usage: await world.usageOf(world.tick) },
    ]
    const notices = await measureNotices(world, write)
    return { cases, notices, stored, local: { push: medianOf(texts, 'push'), process: medianOf(texts, 'process') } }
  } finally {
    await world.close()
  }
}

/** One person writes a text a minute, and each is answered. */
async function textsOf(world: CostWorld, text: () => WireDraft): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (let before = 0; before <= Math.max(...EARLIER); before += 1) {
    measured.push({ name: textCase(before), usage: await world.usageOf(() => world.push(text())) })
    world.advance(minutes(1))
  }
  return measured
}

const medianOf = (texts: readonly Measured[], name: 'push' | 'process'): number =>
  median(texts.map(({ usage }) => usage.millis[name]))

/** WeChat is busy once; a tick makes the push ready again when it is due. */
const retried = (world: CostWorld, draft: WireDraft): Promise<Usage> =>
  world.usageOf(async () => {
    world.wechat.fail({ path: '/cgi-bin/message/custom/send', times: 1, errcode: -1 })
    await world.push(draft)
    world.advance(LATER)
    await world.tick()
  })
