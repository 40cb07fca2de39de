import { SUBSCRIBE_SEND } from '../outbox.ts'
import { aPerson, expectNothing, expectPermits, onlyCard, toldBy, untilHour, wordsOf } from './notice-steps.ts'
import { expected, type Scenario, type Scene } from './scenario.ts'

const BOB = aPerson('bob')
const CAROL = aPerson('carol')

export const PERMIT_SPENT: readonly Scene[] = [
  {
    title: ['没有授权', 'nothing was allowed'],
    async play(world) {
      await world.im.meet(BOB, 0)
      const told = await toldBy(world, BOB, () => world.im.say('alice', BOB.userId, '在吗？'))
      expectNothing(told, 'without a permit')
      expected(world.im.questions() === 0, 'IM was asked about somebody who cannot be told')
      return 'nothing is sent 不发送'
    },
  },
  {
    title: ['微信说授权已用完（43101）', 'WeChat says that none is left, 43101'],
    async play(world) {
      await world.im.meet(BOB, 3)
      world.fail({ path: SUBSCRIBE_SEND, times: 1, errcode: 43101 })
      expectNothing(await toldBy(world, BOB, () => world.im.say('alice', BOB.userId, '还在吗？')), 'all the same')
      await expectPermits(world, BOB, 0)
      expectNothing(await toldBy(world, BOB, () => world.im.say('alice', BOB.userId, '回个话')), 'without a permit')
      return 'nothing is sent, 0 left 不发送，计数清零'
    },
  },
  {
    title: ['用户再次同意', 'the person allows one more'],
    async play(world) {
      await world.later(1000)
      await world.im.allow(BOB.openId)
      await world.settled()
      await expectPermits(world, BOB, 1)
      const card = onlyCard(await toldBy(world, BOB, () => world.im.say('alice', BOB.userId, '明天见')))
      await expectPermits(world, BOB, 0)
      return `→ ${wordsOf(card)}`
    },
  },
]

const EVENING = 23
const MORNING = 8

export const NIGHT: Scenario = {
  summary: ['免打扰时段', 'quiet hours'],
  settings: { QUIET_HOURS: `22:00-0${MORNING}:00` },
  scenes: [
    {
      title: ['夜里两人发来三条', 'two people write three times at night'],
      async play(world) {
        await world.im.meet(BOB, 2)
        await world.later(untilHour(world.clock(), EVENING))
        const told = await toldBy(world, BOB, async () => {
          for (const [from, words] of [
            ['alice', '睡了吗？'],
            ['carol', '明早的会改到九点'],
            ['alice', '晚安'],
          ] as const) {
            await world.im.say(from, BOB.userId, words)
            await world.settled()
            await world.later(3_600_000)
          }
          await world.later(untilHour(world.clock(), MORNING) - 60_000)
        })
        expectNothing(told, 'at night')
        return 'nothing is sent 夜间不打扰'
      },
    },
    {
      title: ['早上八点', 'at eight in the morning'],
      async play(world) {
        const card = onlyCard(await toldBy(world, BOB, () => world.later(120_000)))
        const words = wordsOf(card)
        expected(words.includes('3'), `not summed up: ${words}`)
        expectNothing(await toldBy(world, BOB, () => world.later(3_600_000)), 'twice')
        await expectPermits(world, BOB, 1)
        return `→ ${words}`
      },
    },
  ],
}

export const GROUP_MENTION: readonly Scene[] = [
  {
    title: ['群消息 @ 一人', 'a message in a group mentions one person'],
    async play(world) {
      for (const person of [BOB, CAROL]) await world.im.meet(person, 1)
      let words = ''
      const others = await toldBy(world, CAROL, async () => {
        const told = await toldBy(world, BOB, () => world.im.mention('alice', [BOB.userId], '@bob 开会'))
        words = wordsOf(onlyCard(told))
      })
      expectNothing(others, 'somebody who was not mentioned')
      return `→ ${words}`
    },
  },
  {
    title: ['群消息没有 @ 任何人', 'one that mentions nobody'],
    async play(world) {
      const told = await toldBy(world, CAROL, () => world.im.mention('alice', [], '大家好'))
      expectNothing(told, 'somebody who was not mentioned')
      await expectPermits(world, CAROL, 1)
      return 'nothing is sent 不通知'
    },
  },
]
