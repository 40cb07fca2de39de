import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SentCallback } from '../../dev/simulator/im/callback-sender.ts'
import { aPerson, cardsOf, type Person, permitsOf, questions } from '../support/notify-people.ts'
import { type NotifyWorld, notifyWorld } from '../support/notify-world.ts'

const PEERS = ['alice', 'bob', 'carol']
const MESSAGES = 50

let world: NotifyWorld
beforeAll(async () => {
  world = await notifyWorld()
})
afterAll(() => world.close())

/** 50 messages of three people within nine seconds; the callbacks that told of them. */
async function burst({ userId: to }: Person): Promise<readonly SentCallback[]> {
  const told: SentCallback[] = []
  for (let n = 0; n < MESSAGES; n += 1) {
    const { after } = await world.im.sendMessage({ from: PEERS[n % 3] ?? '', to, text: `第${n}句` })
    if (after !== undefined) told.push(after)
    await world.pass(180)
  }
  return told
}

async function isToldOnce(person: Person, before: number): Promise<void> {
  await world.quiet()
  expect(cardsOf(world, person)).toEqual([{ at: expect.any(Number), senders: 'bob、alice、carol', count: MESSAGES }])
  expect(questions(world) - before).toBe(1)
  expect(await permitsOf(world, person)).toEqual([2, 2])
}

it('50 messages of three people are one card with their number and their senders, one question, one permit', async () => {
  const [person, before] = [await aPerson(world, 3), questions(world)]
  expect((await burst(person)).map(({ verdict }) => verdict.kind)).toEqual(Array(MESSAGES).fill('taken'))
  await isToldOnce(person, before)
})

it('and are the same when each is delivered three times, one after the other', async () => {
  const [person, before] = [await aPerson(world, 3), questions(world)]
  for (const event of await burst(person)) for (let n = 0; n < 2; n += 1) await world.im.redeliver(event)
  await isToldOnce(person, before)
})

it('and at the same time', async () => {
  const [person, before] = [await aPerson(world, 3), questions(world)]
  const again: Promise<unknown>[] = []
  for (const event of await burst(person)) again.push(world.im.redeliver(event), world.im.redeliver(event))
  await Promise.all(again)
  await isToldOnce(person, before)
})

it('and when the copies come after the card was sent', async () => {
  const [person, before] = [await aPerson(world, 3), questions(world)]
  const events = await burst(person)
  await world.quiet()
  await Promise.all(events.flatMap((event) => [world.im.redeliver(event), world.im.redeliver(event)]))
  await isToldOnce(person, before)
})

it('and when the stream tells of each of them three times', async () => {
  const [person, before] = [await aPerson(world, 3), questions(world)]
  world.repeat(3)
  await burst(person)
  await isToldOnce(person, before)
})
