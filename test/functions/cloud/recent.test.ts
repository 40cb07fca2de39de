import { expect, it } from 'vitest'
import { letGo } from '../../../functions/cloud/recent.ts'

it('remembers so many and no more, the last ones', () => {
  const names = new Set<string>()
  for (const name of ['a', 'b', 'c', 'd']) {
    names.add(name)
    letGo(names, 3)
  }
  expect([...names]).toEqual(['b', 'c', 'd'])
})

it('lets go of entries as of names', () => {
  const entries = new Map(Object.entries({ a: 1, b: 2 }))
  letGo(entries, 1)
  expect([...entries]).toEqual([['b', 2]])
})
