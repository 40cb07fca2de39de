import { describe, expect, test } from 'vitest'
import type { ImWorld } from '../../../dev/scenario/im-world.ts'
import { type Outcome, outcomeLine, play, widthOf } from '../../../dev/scenario/play.ts'
import { expected, type Scene, Unexpected, type World } from '../../../dev/scenario/scenario.ts'
import { anAccount } from '../../support/build.ts'

const notInThisStory = (): never => expect.fail('the scene asked for more than its world')
const IM: ImWorld = {
  template: 'T1',
  meet: notInThisStory,
  login: notInThisStory,
  allow: notInThisStory,
  send: notInThisStory,
  say: notInThisStory,
  mention: notInThisStory,
  comeOnline: notInThisStory,
  goToBackground: notInThisStory,
  close: notInThisStory,
  read: notInThisStory,
  recall: notInThisStory,
  redeliver: notInThisStory,
  questions: notInThisStory,
}
const WORLD: World = {
  account: anAccount(),
  mode: 'safe',
  clock: notInThisStory,
  im: IM,
  verify: notInThisStory,
  push: notInThisStory,
  write: notInThisStory,
  pushes: notInThisStory,
  kept: notInThisStory,
  calls: notInThisStory,
  sent: notInThisStory,
  shown: notInThisStory,
  fail: notInThisStory,
  settled: notInThisStory,
  later: notInThisStory,
  killAtNextSend: notInThisStory,
  killAtNextWrite: notInThisStory,
  fork: notInThisStory,
}

const aScene = (en: string, happens: Scene['play'] = async () => 'done'): Scene => ({
  title: ['一幕', en],
  play: happens,
})
const scenarioOf = (...scenes: readonly Scene[]) => ({ summary: ['故事', 'a story'] as const, scenes })

describe('play', () => {
  test('plays every scene before the same world, told as it happens', async () => {
    const story: string[] = []
    const scene = (en: string) =>
      aScene(en, async (world) => {
        expect(world).toBe(WORLD)
        story.push(`${en} plays`)
        return `${en} is over`
      })
    const outcomes = await play(scenarioOf(scene('one'), scene('two')), WORLD, ({ outcome }) => story.push(outcome))
    expect(story).toEqual(['one plays', 'one is over', 'two plays', 'two is over'])
    expect(outcomes).toEqual([
      { title: '一幕  one', ok: true, outcome: 'one is over' },
      { title: '一幕  two', ok: true, outcome: 'two is over' },
    ])
  })

  test('ends at a broken promise and tells it', async () => {
    const told: Outcome[] = []
    const broken = aScene('broken', async () => {
      expected(false, 'answered 500, not refused')
      return 'never said'
    })
    const story = scenarioOf(aScene('one'), broken, aScene('three', notInThisStory))
    const outcomes = await play(story, WORLD, (outcome) => told.push(outcome))
    expect(outcomes.map(({ ok, outcome }) => [ok, outcome])).toEqual([
      [true, 'done'],
      [false, 'answered 500, not refused'],
    ])
    expect(told).toEqual(outcomes)
  })

  test('passes on what is no broken promise', async () => {
    const told: Outcome[] = []
    const fault = new TypeError('a fault of the scene itself')
    const faulty = aScene('faulty', async () => {
      throw fault
    })
    await expect(play(scenarioOf(aScene('one'), faulty), WORLD, (one) => told.push(one))).rejects.toBe(fault)
    expect(told).toHaveLength(1)
  })
})

describe('expected', () => {
  test('says nothing while promises are kept', () => {
    expect(() => expected(true, 'otherwise')).not.toThrow()
    expect(() => expected(false, 'otherwise')).toThrow(new Unexpected('otherwise'))
  })
})

describe('outcomeLine', () => {
  const titles = [
    ['验证 URL', 'verify the URL'],
    ['用户发“人工”（XML）', 'a human agent'],
    ['表情👋', 'x'],
    ['', ''],
  ] as const
  const story = scenarioOf(...titles.map((title) => ({ ...aScene(''), title })))

  /** Columns that a terminal gives a text. */
  const widthIn = (text: string): number => text.length + (text.match(/[\p{Script=Han}（）]/gu) ?? []).length

  test('begins every outcome in the same column, Chinese or English', () => {
    const lines = titles.map((title) =>
      outcomeLine({ title: title.join('  '), ok: true, outcome: '|' }, widthOf(story)),
    )
    expect(new Set(lines.map((line) => widthIn(line.slice(0, line.indexOf('|')))))).toEqual(
      new Set([4 + widthOf(story) + 2]),
    )
  })

  test('counts two columns for a Chinese letter', () => {
    expect(widthOf(scenarioOf(aScene('abc')))).toBe('一幕'.length * 2 + '  abc'.length)
  })

  test('tells a kept promise from a broken one', () => {
    expect(outcomeLine({ title: 'a', ok: true, outcome: 'b' }, 1)).toBe('  ✓ a  b')
    expect(outcomeLine({ title: 'a', ok: false, outcome: 'b' }, 1)).toBe('  ✗ a  b')
  })

  test('keeps two blanks behind a title that is too long', () => {
    expect(outcomeLine({ title: 'long', ok: true, outcome: 'b' }, 0)).toBe('  ✓ long  b')
  })
})
