import type { SentMessage } from '../outbox.ts'
import type { Delivered } from '../simulator/api/delivered.ts'
import { expected, type Scene, type World } from './scenario.ts'
import { onlyTry } from './scenes.ts'

/** Whom a scene is about, unless it is about more than one. */
export const XIAO_ZHANG = 'oDEMO5AxiaozhangAAAAAAAAAAAA'

/** A person pushes, and it is answered; what comes of it later is not awaited. */
export async function say(world: World, openId: string, words: string): Promise<void> {
  const { verdict, status } = onlyTry(await world.push(world.write('text', 'json', { openId, say: words })))
  expected(verdict.kind === 'delivered', `answered ${status} ${verdict.kind}`)
}

/** What the person sees that was not there before. */
async function shownAfter(world: World, act: () => Promise<void>): Promise<readonly Delivered[]> {
  await world.settled()
  const before = world.shown(XIAO_ZHANG).length
  await act()
  await world.settled()
  return world.shown(XIAO_ZHANG).slice(before)
}

/** The first words of a message. */
function wordsOf({ kind, content }: Delivered): string {
  const words = String(content.content ?? content.title ?? '')
  const [line = ''] = words.split('\n')
  return kind === 'text' ? line : `[${kind}]${line === '' ? '' : ` ${line}`}`
}

/** What the person asks, and the messages that must come, by their msgtype. */
export const replyScene = (words: string, en: string, kinds: readonly Delivered['kind'][]): Scene => ({
  title: [`用户发“${words}”`, en],
  async play(world) {
    const shown = await shownAfter(world, () => say(world, XIAO_ZHANG, words))
    const came = shown.map(({ kind }) => kind).join(', ')
    expected(came === kinds.join(', '), `the person got ${came === '' ? 'nothing' : came}`)
    return `→ ${shown.map(wordsOf).join('  ')}`
  },
})

export const REPLIES: readonly Scene[] = [
  replyScene('订单 20260002', 'a handler looks up an order', ['text']),
  replyScene('官网', 'a link', ['link']),
  replyScene('海报', 'two messages, one a picture', ['text', 'image']),
  replyScene('下单', 'a mini-program card', ['miniprogrampage']),
  replyScene('你好', 'no rule fits', ['text']),
]

export const welcomeScene: Scene = {
  title: ['用户进入客服会话', 'the user opens the session'],
  async play(world) {
    const written = world.write('user_enter_tempsession', 'json', { openId: XIAO_ZHANG })
    const shown = await shownAfter(world, async () => void (await world.push(written, { overlapping: true })))
    expected(shown.length === 1, `${shown.length} welcomes`)
    return `three deliveries 投递三次 → ${shown.map(wordsOf).join('  ')}`
  },
}

/** What was taken by WeChat, in order, as the words that each person read. */
export const takenBy = (world: World, openId: string): readonly string[] =>
  world.sent().flatMap((message) => (isTaken(message) && message.to === openId ? [message.words] : []))

const isTaken = ({ errcode }: SentMessage): boolean => errcode === 0
