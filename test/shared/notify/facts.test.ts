import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../shared/notify/facts.ts'
import { aNotice, user } from '../../support/notices.ts'

describe('factsOf', () => {
  it('sums up who has written, whoever wrote last first', () => {
    const unseen = [
      aNotice(1, { from: user('alice') }),
      aNotice(2, { from: user('carol') }),
      aNotice(3, { from: user('alice') }),
      aNotice(4, { from: user('dave'), preview: '最后一条' }),
    ]
    expect(factsOf(unseen)).toEqual({
      count: 4,
      senders: [
        { userId: 'dave', count: 1 },
        { userId: 'alice', count: 2 },
        { userId: 'carol', count: 1 },
      ],
      preview: '最后一条',
      sentAt: unseen.at(-1)?.sentAt,
      groups: [],
    })
  })

  it('names each group once', () => {
    const unseen = [aNotice(1, { group: 'g1' }), aNotice(2), aNotice(3, { group: 'g2' }), aNotice(4, { group: 'g1' })]
    expect(factsOf(unseen).groups).toEqual(['g1', 'g2'])
  })

  it('counts every message once', () => {
    const notices = fc.array(fc.constantFrom('alice', 'bob', '__proto__', 'constructor'), { minLength: 1 })
    fc.assert(
      fc.property(notices, (senders) => {
        const facts = factsOf(senders.map((from, at) => aNotice(at, { from: user(from) })))
        expect(facts.senders.reduce((sum, { count }) => sum + count, 0)).toBe(senders.length)
        expect(facts.senders.map(({ userId }) => userId).toSorted()).toEqual([...new Set(senders)].toSorted())
      }),
    )
  })
})
