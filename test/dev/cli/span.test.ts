import { expect, test } from 'vitest'
import { spanOf } from '../../../dev/cli/span.ts'

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['3d', 259_200_000],
  ['0m', 0],
])('%s is %i ms', (text, ms) => {
  expect(spanOf(text)).toBe(ms)
})

test.each(['', '10', 'm', '1.5h', '-2h', '2 h', '2H', '1w', '1234567s'])('"%s" is no span', (text) => {
  expect(spanOf(text)).toBeUndefined()
})
