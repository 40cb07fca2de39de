import { describe, expect, test } from 'vitest'
import { type CloudFailure, cloudFailures } from '../../../../dev/simulator/cloud/cloud-failures.ts'

const SEND = 'customerServiceMessage.send'

describe('cloud failures', () => {
  test('come in the order in which they were asked for, each as often as it was', () => {
    const { add, take } = cloudFailures()
    const [first, second]: readonly CloudFailure[] = [
      { path: '*', times: 2, status: 500 },
      { path: SEND, times: 1, hang: true },
    ]
    if (first !== undefined) add(first)
    if (second !== undefined) add(second)
    expect([take('other'), take(SEND), take('other'), take(SEND), take(SEND)]).toEqual([
      first,
      first,
      undefined,
      second,
      undefined,
    ])
  })

  test('are taken back for one path by asking for none', () => {
    const { add, take } = cloudFailures()
    add({ path: SEND, times: 5, reset: true })
    add({ path: 'other', times: 1, garbage: true })
    add({ path: SEND, times: 0 })
    expect([take(SEND), take('other')?.garbage]).toEqual([undefined, true])
  })

  test.each<readonly [string, CloudFailure, RegExp]>([
    ['a path of HTTP', { path: '/cgi-bin', times: 1, status: 500 }, /^path is/],
    ['half a time', { path: '*', times: 0.5, status: 500 }, /^times is/],
    ['nothing that fails', { path: '*', times: 1 }, /^a failure needs/],
    ['what is not so', { path: '*', times: 1, hang: false }, /^a failure needs/],
    ['two failures in one', { path: '*', times: 1, hang: true, status: 500 }, /one of status and hang/],
  ])('refuse %s', (_, failure, message) => {
    expect(() => cloudFailures().add(failure)).toThrow(message)
  })
})
