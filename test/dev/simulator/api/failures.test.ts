import { describe, expect, test } from 'vitest'
import { type Failure, failures } from '../../../../dev/simulator/api/failures.ts'

const PATH = '/cgi-bin/stable_token'

describe('failures', () => {
  test('come in the order in which they were asked for, each as often as it was', () => {
    const { add, take } = failures()
    const [first, second] = [
      { path: '*', times: 2, errcode: -1 },
      { path: PATH, times: 1, status: 500 },
    ]
    add(first)
    add(second)
    expect([take('/other'), take(PATH), take('/other'), take(PATH), take(PATH)]).toEqual([
      first,
      first,
      undefined,
      second,
      undefined,
    ])
  })

  test.each<readonly [string, Readonly<Record<string, unknown>>, RegExp]>([
    ['no path', { times: 1, errcode: 1 }, /^path is missing/],
    ['a path without its slash', { path: 'cgi-bin', times: 1, errcode: 1 }, /^path is a path/],
    ['no times', { path: PATH, errcode: 1 }, /^times is missing/],
    ['less than no time', { path: PATH, times: -1, errcode: 1 }, /^times is a whole number/],
    ['half a time', { path: PATH, times: 0.5, errcode: 1 }, /^times is a whole number/],
    ['nothing that fails', { path: PATH, times: 1 }, /needs errcode, status, hang or delayMs/],
    ['errcode 0', { path: PATH, times: 1, errcode: 0 }, /^errcode is/],
    ['a status that is text', { path: PATH, times: 1, status: '500' }, /^status is an HTTP status/],
    ['a status that is none', { path: PATH, times: 1, status: 99 }, /^status is an HTTP status/],
    ['two failures in one', { path: PATH, times: 1, errcode: 1, status: 500 }, /one of errcode, status and hang/],
    ['a late hang', { path: PATH, times: 1, hang: true, delayMs: 1 }, /hang or delayMs/],
    ['an endless delay', { path: PATH, times: 1, delayMs: Number.POSITIVE_INFINITY }, /^delayMs is milliseconds/],
    ['a word that is not known', { path: PATH, times: 1, errCode: 1 }, /has no errCode; it has path, times/],
  ])('refuse %s', (_, failure, message) => {
    expect(() => failures().add(failure as Partial<Failure> as Failure)).toThrow(message)
  })

  test('are taken back for one path by asking for none', () => {
    const coming = failures()
    coming.add({ path: PATH, times: 5, errcode: 45011 })
    coming.add({ path: '/other', times: 1, status: 500 })
    coming.add({ path: PATH, times: 0 })
    expect([coming.take(PATH), coming.take('/other')?.status]).toEqual([undefined, 500])
  })
})
