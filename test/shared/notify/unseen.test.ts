import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { millis, seconds } from '../../../shared/kernel/time.ts'
import { told, unseenOf } from '../../../shared/notify/unseen.ts'
import { recheckAt } from '../../../shared/notify/verdict.ts'
import { type KeptNotice, NO_NOTIFY } from '../../../shared/store/notify.ts'
import { withEvent } from '../../../shared/store/permit.ts'
import { aNotice, anInflow, aPermit, T0, user } from '../../support/notices.ts'

const known = { notify: NO_NOTIFY, permit: aPermit(1), since: millis(T0), readAt: millis(T0 + 60_000) }
const unseen = (notices: readonly KeptNotice[], rest: Partial<Parameters<typeof unseenOf>[0]> = {}) =>
  unseenOf({ ...known, inflow: anInflow({ notices }), ...rest }).map(({ name }) => name)

describe('unseenOf', () => {
  it('is what came since we know the person, oldest first', () => {
    expect(unseen([aNotice(5000), aNotice(-1), aNotice(0), aNotice(2000)])).toEqual(['n0', 'n2000', 'n5000'])
  })

  it('is not hidden by an acceptance that claims to be later than the look', () => {
    const permit = withEvent(aPermit(1), { kind: 'accept', at: seconds(T0 / 1000 + 300) })
    expect(unseen([aNotice(1000)], { permit })).toEqual(['n1000'])
    expect(unseen([aNotice(1000)], { permit, readAt: millis(T0 + 300_000) })).toEqual([])
  })

  it('is nothing that came before a login', () => {
    const presence = { platforms: {}, loginAt: millis(T0 + 2000) }
    const inflow = anInflow({ notices: [aNotice(1000), aNotice(2000), aNotice(2001)], presence })
    expect(unseen([], { inflow })).toEqual(['n2001'])
  })

  it('is nothing of a conversation that was read until then, and all of another', () => {
    const notices = [aNotice(1000), aNotice(9000), aNotice(1001, { from: user('carol') })]
    const readings = [
      { reader: user('bob'), peer: user('alice'), until: seconds(T0 / 1000 + 3), at: millis(T0 + 3500) },
    ]
    expect(unseen([], { inflow: anInflow({ notices, readings }) })).toEqual(['n1001', 'n9000'])
  })

  it('does not take a read conversation for a group in which the same person wrote', () => {
    const notices = [aNotice(1000, { group: 'g' })]
    const readings = [
      { reader: user('bob'), peer: user('alice'), until: seconds(T0 / 1000 + 3), at: millis(T0 + 3500) },
    ]
    expect(unseen([], { inflow: anInflow({ notices, readings }) })).toEqual(['n1000'])
  })

  it('is nothing that came before the person allowed a message: that is done in the mini program', () => {
    const permit = withEvent(aPermit(0), { at: seconds(T0 / 1000 + 2), kind: 'accept' })
    expect(unseen([aNotice(1000), aNotice(2500)], { permit })).toEqual(['n2500'])
  })

  it('is nothing that was told, by time or by name', () => {
    const notify = { ...NO_NOTIFY, toldUntil: millis(T0 + 1000), alsoTold: ['n3000'] }
    expect(unseen([aNotice(1000), aNotice(2000), aNotice(3000)], { notify })).toEqual(['n2000'])
  })
})

describe('told', () => {
  it('leaves exactly what is left, and whatever is found later', () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 60_000 }), { maxLength: 40 })
    fc.assert(
      fc.property(times, fc.array(fc.boolean()), fc.integer({ min: 60_000, max: 90_000 }), (all, keep, now) => {
        const notices = all.map((at) => aNotice(at))
        const left = notices.filter((_, place) => keep[place] === true)
        const notify = { ...NO_NOTIFY, ...told(notices, left, millis(T0 + now)) }
        // Written already, but not yet found when the others were.
        const late = aNotice(now - 9_999, { name: 'late' })
        expect(unseen([...notices, late], { notify }).toSorted()).toEqual(
          [...left.map(({ name }) => name), 'late'].toSorted(),
        )
      }),
    )
  })

  it('keeps no more names than an item has room for: of a flood nothing is told twice', () => {
    const flood = Array.from({ length: 2000 }, (_, place) => aNotice(place, { name: `f${place}` }))
    const after = told(flood, [], millis(T0 + 2000))
    expect(after.alsoTold).toHaveLength(500)
    expect(unseen(flood, { notify: { ...NO_NOTIFY, ...after } })).toEqual([])
  })

  it('loses nothing that is left of a flood', () => {
    const flood = Array.from({ length: 2000 }, (_, place) => aNotice(place, { name: `f${place}` }))
    const left = flood.slice(100, 101)
    const after = told(flood, left, millis(T0 + 2000))
    expect(unseen(flood, { notify: { ...NO_NOTIFY, ...after } })).toContain('f100')
  })

  it('counts a hundred thousand as it counts ten', () => {
    const flood = Array.from({ length: 200_000 }, (_, place) => aNotice(place % 9000, { name: `f${place}` }))
    expect(told(flood, flood, millis(T0 + 10_000)).toldUntil).toBe(T0 - 1)
    expect(recheckAt(flood)).toBe(T0 + 45_000)
  })
})
