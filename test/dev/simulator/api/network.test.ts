import { describe, expect, test } from 'vitest'
import { aWorld } from './world.ts'

describe('getcallbackip', () => {
  test('lists addresses and networks, of both kinds', async () => {
    const { says } = await (await aWorld()).call('/cgi-bin/getcallbackip')
    expect(says).toEqual({
      ip_list: expect.arrayContaining([expect.stringMatching(/\/25$/), expect.stringMatching(/::/)]),
    })
  })
})

describe('callback/check', () => {
  const check = async (action: string, check_operator = 'DEFAULT'): Promise<unknown> =>
    (await (await aWorld()).call('/cgi-bin/callback/check', { action, check_operator })).says

  test.each([
    ['all', ['dns', 'ping']],
    ['dns', ['dns']],
    ['ping', ['ping']],
  ])('of %s tells %j', async (action, members) => {
    expect(Object.keys((await check(action)) as object)).toEqual(members)
  })

  test('refuses another action or operator', async () => {
    expect(await check('none')).toMatchObject({ errcode: 40035 })
    expect(await check('all', 'NONE')).toMatchObject({ errcode: 40035 })
  })
})
