import { describe, expect, test } from 'vitest'
import { choiceOf, isChosen, isGivenUp, keyTextOf, kindIn } from '../../../dev/cli/choice.ts'
import { UsageError } from '../../../dev/cli/command.ts'
import type { Item } from '../../../dev/emulator/item-size.ts'
import type { UserId } from '../../../shared/kernel/ids.ts'
import { hours, millis, minutes, toMillis } from '../../../shared/kernel/time.ts'
import { imKey, personKey } from '../../../shared/store/key.ts'
import { APP_ID, NOW, OPEN_ID } from '../../support/build.ts'

const AT = toMillis(NOW)

const anItem = (changes: Item = {}): Item => ({
  pk: { S: personKey(APP_ID, OPEN_ID) },
  sk: { S: 'push#msg-1' },
  kind: { S: 'push' },
  message: { S: 'text' },
  state: { S: 'failed' },
  acceptedAtMs: { N: String(AT) },
  ...changes,
})

describe('isGivenUp', () => {
  const now = millis(AT + minutes(15))

  test('is what has failed, however lately', () => {
    expect(isGivenUp(anItem(), AT)).toBe(true)
  })

  test('is what was ready for a quarter of an hour and nobody began', () => {
    const ready = anItem({ state: { S: 'ready' } })
    expect([isGivenUp(ready, now), isGivenUp(ready, millis(now + 1))]).toEqual([false, true])
  })

  test('counts from the last replay', () => {
    const replayed = anItem({ state: { S: 'ready' }, replayedAtMs: { N: String(AT + 1000) } })
    expect([isGivenUp(replayed, millis(now + 1)), isGivenUp(replayed, millis(now + 1001))]).toEqual([false, true])
  })

  test.each(['waiting', 'done'])('is never what is %s', (state) => {
    expect(isGivenUp(anItem({ state: { S: state } }), millis(now + toMillis(hours(24))))).toBe(false)
  })
})

describe('choiceOf', () => {
  const now = millis(AT + toMillis(hours(2)))
  const isChosenBy = (values: Readonly<Record<string, string>>, item = anItem()) => choiceOf(values, now)(item)

  test('without an option is everything', () => {
    expect(isChosenBy({})).toBe(true)
  })

  test.each<readonly [option: string, fits: string, other: string]>([
    ['key', keyTextOf(anItem()), `${personKey(APP_ID, 'oAnother')}/push#msg-1`],
    ['key', 'push#msg-1', 'push#msg-12'],
    ['person', OPEN_ID, OPEN_ID.slice(1)],
    ['kind', 'text', 'image'],
    ['since', '2h', '119m'],
    ['since', '2025-10-09T08:53:20Z', '2025-10-09T08:53:21Z'],
    ['until', '2h', '121m'],
    ['until', '2025-10-09T08:53:20Z', '2025-10-09T08:53:19Z'],
  ])('--%s %s fits and %s does not', (option, fits, other) => {
    expect([isChosenBy({ [option]: fits }), isChosenBy({ [option]: other })]).toEqual([true, false])
  })

  test('takes what fits all options', () => {
    expect(isChosenBy({ person: OPEN_ID, kind: 'text' })).toBe(true)
    expect(isChosenBy({ person: OPEN_ID, kind: 'image' })).toBe(false)
  })

  test('finds a person whose openid stands hashed in the key', () => {
    const odd = 'o#with#signs'
    const item = anItem({ pk: { S: personKey(APP_ID, odd) } })
    expect([isChosenBy({ person: odd }, item), isChosenBy({ person: 'signs' }, item)]).toEqual([true, false])
  })

  test.each(['since', 'until'])('does not understand --%s yesterday', (option) => {
    expect(() => isChosenBy({ [option]: 'yesterday' })).toThrow(UsageError)
  })
})

describe('a notice', () => {
  const notice: Item = {
    pk: { S: imKey('bob' as UserId) },
    sk: { S: 'notify' },
    kind: { S: 'notice' },
    state: { S: 'ready' },
    version: { N: String(AT) },
  }

  test('is chosen by its kind and by the UserID', () => {
    const chosen = (values: Readonly<Record<string, string>>) => choiceOf(values, AT)(notice)
    expect(kindIn(notice)).toBe('notice')
    expect([chosen({ kind: 'notice' }), chosen({ kind: 'text' })]).toEqual([true, false])
    expect([chosen({ person: 'bob' }), chosen({ person: 'bo' })]).toEqual([true, false])
  })

  test('is given up when nobody has begun a quarter of an hour after it was written', () => {
    const now = millis(AT + minutes(15))
    expect([isGivenUp(notice, now), isGivenUp(notice, millis(now + 1))]).toEqual([false, true])
    expect(isGivenUp({ ...notice, state: { S: 'failed' } }, AT)).toBe(true)
    expect(isGivenUp({ ...notice, state: { S: 'waiting' } }, millis(now + 1))).toBe(false)
  })
})

test('isChosen tells whether anything was said', () => {
  expect([isChosen({}), isChosen({ json: true }), isChosen({ kind: 'text' })]).toEqual([false, false, true])
})
