import { describe, expect, test } from 'vitest'
import { signUser } from '../../../../dev/simulator/im/user-sig.ts'
import { Secret } from '../../../../shared/kernel/secret.ts'
import { hours, seconds } from '../../../../shared/kernel/time.ts'
import { NOW } from '../../../support/build.ts'
import { ACCOUNT, aQuery, aWorld, QUERY } from './world.ts'

const ASKED = { To_Account: ['administrator'] }
const sign = (changes: Partial<typeof ACCOUNT> = {}, userId = ACCOUNT.admin, now = NOW): string =>
  signUser({ ...ACCOUNT, ...changes }, userId, { now, expire: hours(24) })

describe('a call', () => {
  test('of the administrator is answered', async () => {
    const { call } = await aWorld()
    expect(await call(QUERY, ASKED)).toMatchObject({ ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' })
  })

  test.each<readonly [string, Readonly<Record<string, string | undefined>>, number]>([
    ['no sdkappid', { sdkappid: undefined }, 60012],
    ['another sdkappid', { sdkappid: '1400000001' }, 60006],
    ['no random', { random: undefined }, 60002],
    ['a random of 33 bits', { random: '4294967296' }, 60002],
    ['a random below 0', { random: '-1' }, 60002],
    ['another contenttype', { contenttype: 'JSON' }, 60002],
    ['no identifier', { identifier: '' }, 60002],
    ['no usersig', { usersig: undefined }, 70003],
    ['a usersig that is cut off', { usersig: sign().slice(0, 40) }, 70003],
    ['a usersig of another key', { usersig: sign({ secretKey: new Secret('other') }) }, 70009],
    ['a usersig of somebody else', { usersig: sign({}, 'alice') }, 70013],
    ['a usersig of another application', { usersig: sign({ sdkAppId: 1_400_000_001 }) }, 70014],
    ['a usersig of yesterday', { usersig: sign({}, ACCOUNT.admin, seconds(NOW - 86_401)) }, 70001],
    ['a person’s own usersig', aQuery(NOW, { identifier: 'alice' }), 90009],
  ])('with %s is refused, with status 200', async (_, query, errorCode) => {
    const { call } = await aWorld()
    expect(await call(QUERY, ASKED, query)).toEqual({
      ActionStatus: 'FAIL',
      ErrorCode: errorCode,
      ErrorInfo: expect.stringMatching(/./),
    })
  })

  test.each(['0', '4294967295'])('may have the random %s', async (random) => {
    const { call } = await aWorld()
    expect(await call(QUERY, ASKED, { random })).toMatchObject({ ErrorCode: 0 })
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{"To_Account":'],
    ['a form', 'To_Account%5B%5D=bob'],
    ['a list', '[]'],
  ])('with %s for a body is refused: 90001', async (_, body) => {
    const { call } = await aWorld()
    expect(await call(QUERY, body)).toMatchObject({ ActionStatus: 'FAIL', ErrorCode: 90001 })
  })

  test('of a command that there is not is refused: 60009', async () => {
    const { call } = await aWorld()
    expect(await call('/v4/openim/querystatus', ASKED)).toMatchObject({ ErrorCode: 60009 })
    expect(await call('/v4/openim/constructor', ASKED)).toMatchObject({ ErrorCode: 60009 })
  })

  test('by GET is refused: 60002', async () => {
    const { im } = await aWorld()
    const response = await fetch(`${im.url}${QUERY}?${new URLSearchParams(aQuery(NOW))}`)
    expect([response.status, await response.json()]).toMatchObject([200, { ErrorCode: 60002 }])
  })
})

describe('a call too many', () => {
  test('is the 201st of a command within a second: 60007', async () => {
    const { call, advance } = await aWorld()
    const codes = await Promise.all(Array.from({ length: 201 }, async () => (await call(QUERY, ASKED)).ErrorCode))
    expect(codes.filter((code) => code === 0)).toHaveLength(200)
    expect(codes.filter((code) => code === 60007)).toHaveLength(1)
    expect(await call('/v4/openim/sendmsg')).toMatchObject({ ErrorCode: 90003 })
    advance(1)
    expect(await call(QUERY, ASKED)).toMatchObject({ ErrorCode: 0 })
  })

  test('is any, for a minute, after the 50th signature that fails within one: 70050', async () => {
    const { call, advance } = await aWorld()
    const wrong = { usersig: sign({ secretKey: new Secret('other') }) }
    for (let n = 0; n < 49; n += 1) await call(QUERY, ASKED, wrong)
    expect(await call(QUERY, ASKED)).toMatchObject({ ErrorCode: 0 })
    expect(await call(QUERY, ASKED, wrong)).toMatchObject({ ErrorCode: 70009 })
    expect(await call(QUERY, ASKED)).toMatchObject({ ErrorCode: 70050 })
    advance(59)
    expect(await call(QUERY, ASKED)).toMatchObject({ ErrorCode: 70050 })
    advance(1)
    expect(await call(QUERY, ASKED)).toMatchObject({ ErrorCode: 0 })
  })

  test('is none while the signatures that fail are spread over more than a minute', async () => {
    const { call, advance } = await aWorld()
    const wrong = { usersig: sign({ secretKey: new Secret('other') }) }
    for (let n = 0; n < 60; n += 1) {
      await call(QUERY, ASKED, wrong)
      advance(2)
    }
    expect(await call(QUERY, ASKED)).toMatchObject({ ErrorCode: 0 })
  })
})

describe('the outbox', () => {
  test('holds what was asked and answered, and no signature', async () => {
    const { im, call } = await aWorld()
    const { usersig = '' } = aQuery(NOW)
    await call(QUERY, ASKED, { usersig })
    await fetch(`${im.url}${QUERY}?${new URLSearchParams({ usersig, sdkappid: '1' })}`)
    await call(QUERY, 'no JSON', { usersig })
    expect(im.outbox()).toMatchObject([
      { at: '2025-10-09T08:53:20.000Z', path: QUERY, body: ASKED, answer: { ActionStatus: 'OK', ErrorCode: 0 } },
      { path: QUERY, body: { usersig: '***', sdkappid: '1' }, answer: { ErrorCode: 60002 } },
      { path: QUERY, body: { usersig: '***' }, answer: { ErrorCode: 90001 } },
    ])
    expect(JSON.stringify(im.outbox())).not.toContain(usersig)
  })
})

describe('a failure', () => {
  test.each([
    ['an ErrorCode', { errcode: 90994 }, { ActionStatus: 'FAIL', ErrorCode: 90994 }],
    ['a status', { status: 502 }, { status: 502 }],
  ])('with %s comes as often as was asked', async (_, failure, answer) => {
    const { im, call } = await aWorld()
    im.fail({ path: QUERY, times: 2, ...failure })
    expect(await call(QUERY, ASKED)).toMatchObject(answer)
    expect(await call(QUERY, ASKED)).toMatchObject(answer)
    expect(await call(QUERY, ASKED)).toMatchObject({ ErrorCode: 0 })
  })

  test('that hangs is never answered', async () => {
    const { im, call } = await aWorld()
    im.fail({ path: QUERY, times: 1, hang: true })
    const rejected = expect(call(QUERY, ASKED)).rejects.toThrow('fetch failed')
    await expect.poll(() => im.outbox().length).toBe(1)
    await im.close()
    await rejected
  })
})
