import { MESSAGED } from '../../dev/simulator/api/template.ts'
import { aPerson, type Person } from './notify-people.ts'
import type { NotifyWorld } from './notify-world.ts'

/** What a person has been told in the end, whatever was killed. */
export interface NoticeEnding {
  readonly person: Person
  /** How many messages each card names. A kill may merge some of them, never drop or repeat one. */
  readonly cards: readonly number[]
  readonly left: number
  /** How often WeChat is asked at most when nobody is killed; once more otherwise. */
  readonly asks?: number
  /** Nobody knows whether a card went out: none need have come, and its permit counts as spent. */
  readonly isUnsure?: boolean
  /** They come back meanwhile: what a kill has held up until then is not told. */
  readonly isBack?: boolean
}

export interface NoticeStory {
  readonly name: string
  /** Its crossings come in another order each time: several people are looked at at once. */
  readonly isUnordered?: boolean
  play(world: NotifyWorld): Promise<readonly NoticeEnding[]>
}

export const SEND = '/cgi-bin/message/subscribe/send'
export const STATUS = '/v4/openim/query_online_status'
const PEERS = ['alice', 'bob', 'carol']

/** From three peers in turn. */
async function messagesTo({ im }: NotifyWorld, { userId: to }: Person, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await im.sendMessage({ from: PEERS[n % 3] ?? '', to, text: `第${n}句` })
}

/** What goes wrong at first, three messages, and one card in the end. */
const inSpiteOf =
  (fail: (world: NotifyWorld) => void, more: Partial<NoticeEnding> = {}) =>
  async (world: NotifyWorld): Promise<readonly NoticeEnding[]> => {
    const person = await aPerson(world, 2)
    fail(world)
    await messagesTo(world, person, 3)
    await world.quiet()
    return [{ person, cards: [3], left: 1, ...more }]
  }

export const NOTICE_STORIES: readonly NoticeStory[] = [
  { name: 'a burst to somebody who is offline', play: inSpiteOf(() => undefined) },
  {
    name: 'every record three times',
    play: async (world) => {
      world.repeat(3)
      const endings = await inSpiteOf(() => undefined)(world)
      world.repeat(1)
      return endings
    },
  },
  {
    name: 'somebody in the background, then gone',
    play: async (world) => {
      const person = await aPerson(world, 1)
      await world.im.comeOnline(person.userId)
      await world.pass(60_000)
      await world.im.goToBackground(person.userId)
      await messagesTo(world, person, 2)
      await world.quiet()
      return [{ person, cards: [2], left: 0 }]
    },
  },
  {
    name: 'somebody who stays online',
    play: async (world) => {
      const person = await aPerson(world, 1)
      await world.im.comeOnline(person.userId)
      await world.pass(60_000)
      await messagesTo(world, person, 2)
      await world.quiet()
      return [{ person, cards: [], left: 1 }]
    },
  },
  {
    name: 'more in the cooldown, told in sum when it is over',
    play: async (world) => {
      const person = await aPerson(world, 3)
      await messagesTo(world, person, 2)
      await world.pass(30_000)
      await messagesTo(world, person, 3)
      await world.quiet()
      return [{ person, cards: [2, 3], left: 1 }]
    },
  },
  {
    name: 'a login while something waits for the cooldown, and a message after it',
    play: async (world) => {
      const person = await aPerson(world, 3)
      await messagesTo(world, person, 2)
      await world.pass(20_000)
      await messagesTo(world, person, 1)
      await world.pass(20_000)
      await world.im.comeOnline(person.userId)
      await world.pass(20_000)
      await world.im.logout(person.userId)
      await world.pass(20_000)
      await messagesTo(world, person, 1)
      await world.quiet()
      return [{ person, cards: [2, 1], left: 1, isBack: true }]
    },
  },
  {
    name: 'what waits for the cooldown is read or recalled',
    play: async (world) => {
      const person = await aPerson(world, 2)
      await messagesTo(world, person, 1)
      await world.pass(20_000)
      await world.im.sendMessage({ from: 'bob', to: person.userId, text: '在吗' })
      const { message } = await world.im.sendMessage({ from: 'dave', to: person.userId, text: '发错了' })
      await world.pass(20_000)
      await world.im.read(person.userId, 'bob')
      await world.im.recall(message)
      await world.quiet()
      return [{ person, cards: [1], left: 1 }]
    },
  },
  {
    name: 'two are mentioned in a group',
    isUnordered: true,
    play: async (world) => {
      const people = [await aPerson(world, 1), await aPerson(world, 1)]
      const mention = people.map(({ userId }) => userId)
      await world.im.sendGroupMessage({ group: `@TGS#${mention[0]}`, from: 'alice', mention, text: '开会' })
      await world.quiet()
      return people.map((person) => ({ person, cards: [1], left: 0 }))
    },
  },
  {
    name: 'two people, one of them online',
    isUnordered: true,
    play: async (world) => {
      const [one, other] = [await aPerson(world, 1), await aPerson(world, 1)]
      await world.im.comeOnline(other.userId)
      await world.pass(60_000)
      for (const person of [one, other]) await messagesTo(world, person, 3)
      await world.quiet()
      return [
        { person: one, cards: [3], left: 0 },
        { person: other, cards: [], left: 1 },
      ]
    },
  },
  {
    name: 'WeChat says that the person allows nothing (43101)',
    play: async (world) => {
      const person = await aPerson(world, 2)
      world.api.allow(person.openId, MESSAGED, 0)
      await messagesTo(world, person, 2)
      await world.quiet()
      return [{ person, cards: [], left: 0, asks: 2 }]
    },
  },
  {
    name: 'WeChat is sending to the person already (43108)',
    play: inSpiteOf(({ api }) => api.fail({ path: SEND, times: 1, errcode: 43108 })),
  },
  {
    name: 'WeChat is asked, and no answer comes: it has arrived',
    play: inSpiteOf(({ lose }) => lose({ path: SEND, times: 1, isHeard: true }), { asks: 1 }),
  },
  {
    name: 'WeChat is asked, and no answer comes: it has not arrived',
    play: inSpiteOf(({ lose }) => lose({ path: SEND, times: 1, isHeard: false }), { asks: 1, isUnsure: true }),
  },
  {
    name: 'WeChat’s front has waited in vain (502)',
    play: inSpiteOf(({ api }) => api.fail({ path: SEND, times: 1, status: 502 }), { asks: 1, isUnsure: true }),
  },
  {
    name: 'WeChat’s front lets nobody in (503)',
    play: inSpiteOf(({ api }) => api.fail({ path: SEND, times: 1, status: 503 })),
  },
  {
    name: 'IM fails three times, then answers',
    play: inSpiteOf(({ im }) => im.fail({ path: STATUS, times: 3, status: 502 })),
  },
  {
    name: 'IM is silent twice, then answers',
    play: inSpiteOf(({ lose }) => lose({ path: STATUS, times: 2, isHeard: true })),
  },
  {
    name: 'IM refuses the signature for a while',
    play: inSpiteOf(({ im }) => im.fail({ path: STATUS, times: 2, errcode: 70001 })),
  },
]
