import { expect, it } from 'vitest'
import { recent } from '../../../functions/cloud/recent.ts'

it('remembers so many and no more, the last ones', () => {
  const names = recent(3)
  for (const name of ['a', 'b', 'c', 'd']) names.add(name)
  expect(['a', 'b', 'c', 'd'].map(names.has)).toEqual([false, true, true, true])
})
