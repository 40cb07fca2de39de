import { aPerson, expectNothing, expectPermits, onlyCard, toldBy, wordsOf } from './notice-steps.ts'
import { expected, type Scene } from './scenario.ts'

const BOB = aPerson('bob')
const FRIENDS = ['alice', 'carol', 'dave']
const BURST = 50

export const OFFLINE_BURST: readonly Scene[] = [
  {
    title: [`十秒内三人发来 ${BURST} 条，对方离线`, `${BURST} messages of three people within ten seconds`],
    async play(world) {
      await world.im.meet(BOB, 2)
      const asked = world.im.questions()
      const told = await toldBy(world, BOB, () =>
        Promise.all(
          Array.from({ length: BURST }, (_, place) =>
            world.im.say(FRIENDS[place % FRIENDS.length] ?? '', BOB.userId, `第 ${place + 1} 条`),
          ),
        ),
      )
      const words = wordsOf(onlyCard(told))
      expected(words.includes(String(BURST)), `the count is missing: ${words}`)
      expected(/等3人/.test(words) || FRIENDS.every((name) => words.includes(name)), `a sender is missing: ${words}`)
      const questions = world.im.questions() - asked
      expected(questions === 1, `IM was asked ${questions} times`)
      await expectPermits(world, BOB, 1)
      return `→ ${words}`
    },
  },
  {
    title: ['同样的回调再来两遍', 'the same callbacks twice more'],
    async play(world) {
      const asked = world.im.questions()
      const told = await toldBy(world, BOB, async () => {
        await world.im.redeliver()
        await world.im.redeliver()
        await world.later(120_000)
      })
      expectNothing(told, 'again')
      expected(world.im.questions() === asked, 'IM was asked again')
      await expectPermits(world, BOB, 1)
      return 'nothing is sent 不再通知'
    },
  },
]

export const COMES_BACK: readonly Scene[] = [
  {
    title: ['冷却期内又来消息，用户上线', 'a message in the cooldown, and the person comes back'],
    async play(world) {
      await world.im.meet(BOB, 4)
      onlyCard(await toldBy(world, BOB, () => world.im.say('alice', BOB.userId, '在吗？')))
      const told = await toldBy(world, BOB, async () => {
        await world.im.say('alice', BOB.userId, '看到请回复')
        await world.settled()
        await world.im.comeOnline(BOB.userId)
        await world.later(120_000)
      })
      expectNothing(told, 'what was seen')
      return 'nothing is sent 不再通知'
    },
  },
  {
    title: ['离开后又来消息：冷却从头计算', 'gone again: the cooldowns begin anew'],
    async play(world) {
      await world.im.close(BOB.userId)
      await world.later(10_000)
      onlyCard(await toldBy(world, BOB, () => world.im.say('alice', BOB.userId, '明天几点？')))
      const soon = await toldBy(world, BOB, () => world.im.say('carol', BOB.userId, '一起吃饭？'))
      expectNothing(soon, 'in the cooldown')
      const card = onlyCard(await toldBy(world, BOB, () => world.later(61_000)))
      return `told at once, and a minute later 立即通知，一分钟后: ${wordsOf(card)}`
    },
  },
  {
    title: ['在别处读过、被撤回的不再提', 'what was read elsewhere or recalled is not told'],
    async play(world) {
      const told = await toldBy(world, BOB, async () => {
        await world.im.say('alice', BOB.userId, '发错了')
        const { message } = await world.im.say('carol', BOB.userId, '请忽略')
        await world.im.read(BOB.userId, 'alice')
        await world.im.recall(message)
        await world.later(3_600_000)
      })
      expectNothing(told, 'what was read or recalled')
      await expectPermits(world, BOB, 1)
      return 'nothing is sent 不再通知'
    },
  },
]

/** In the background of WeChat a mini program looks online for half a minute. */
export const LOOKS_ONLINE: readonly Scene[] = [
  {
    title: ['刚切到后台，IM 仍显示在线', 'in the background, and still online for IM'],
    async play(world) {
      await world.im.meet(BOB, 1)
      await world.im.comeOnline(BOB.userId)
      await world.im.goToBackground(BOB.userId)
      const told = await toldBy(world, BOB, async () => {
        await world.im.say('alice', BOB.userId, '在吗？')
        await world.settled()
        await world.later(30_000)
      })
      expectNothing(told, 'while IM said online')
      return 'nothing is sent for 30 s 暂不通知'
    },
  },
  {
    title: ['45 秒后再查：确已离开', 'looked at again: gone'],
    async play(world) {
      const sentAt = world.clock() - 30_000
      const card = onlyCard(await toldBy(world, BOB, () => world.later(15_000)))
      const afterSec = Math.round((Date.parse(card.at) - sentAt) / 1000)
      expected(afterSec >= 44 && afterSec <= 60, `told after ${afterSec} s`)
      expectNothing(await toldBy(world, BOB, () => world.later(600_000)), 'twice')
      return `told once, about ${afterSec} s after the message 约 ${afterSec} 秒后通知一次`
    },
  },
]
