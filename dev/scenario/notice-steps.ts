import type { Millis } from '../../shared/kernel/time.ts'
import type { Delivered } from '../simulator/api/delivered.ts'
import type { ImPerson } from './im-world.ts'
import { expected, type World } from './scenario.ts'

/** Who is told. */
export const aPerson = (userId: string): ImPerson => ({ userId, openId: `oDEMO5${userId}`.padEnd(28, 'A') })

/** The subscribe messages that the person sees, oldest first. */
const cardsOf = (world: World, openId: string): readonly Delivered[] =>
  world.shown(openId).filter(({ kind }) => kind === 'subscribe')

/** The lines of a card as one. */
export const wordsOf = ({ content }: Delivered): string => String(content.text).replaceAll('\n', '  ')

/** What the person is told by it that they were not told before. */
export async function toldBy(world: World, { openId }: ImPerson, act: () => Promise<unknown>) {
  await world.settled()
  const before = cardsOf(world, openId).length
  await act()
  await world.settled()
  return cardsOf(world, openId).slice(before)
}

/** The one card of them. */
export function onlyCard(told: readonly Delivered[]): Delivered {
  const [card] = told
  expected(told.length === 1 && card !== undefined, `told ${told.length} times`)
  return card
}

export const expectNothing = (told: readonly Delivered[], when: string): void =>
  expected(told.length === 0, `told ${when}`)

/** How often the person may be told, as the table has it. */
export async function permitsOf(world: World, { openId }: ImPerson): Promise<number> {
  const kept = await world.kept(openId)
  const permit = kept.find(({ kind, template }) => kind === 'permit' && template === world.im.template)
  return Number(permit?.remaining ?? 0)
}

export async function expectPermits(world: World, person: ImPerson, count: number): Promise<void> {
  const left = await permitsOf(world, person)
  expected(left === count, `${left} permits left, not ${count}`)
}

/** From now until the clock on a wall in China shows this hour. */
export function untilHour(now: Millis, hour: number): number {
  const day = 24 * 3_600_000
  const ofDay = (now + 8 * 3_600_000) % day
  return (hour * 3_600_000 - ofDay + day) % day
}
