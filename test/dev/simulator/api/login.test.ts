import { beforeEach, describe, expect, test } from 'vitest'
import { APP_ID, OPEN_ID, oneLetterOff } from '../../../support/build.ts'
import { aWorld, type Reply, SECRET, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await aWorld()
})

const ask = (code: string, changes: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  world.get('/sns/jscode2session', {
    appid: APP_ID,
    secret: SECRET,
    js_code: code,
    grant_type: 'authorization_code',
    ...changes,
  })

describe('jscode2session', () => {
  test('answers who it is, without an errcode, as plain text', async () => {
    const { type, says } = await ask(world.api.login(OPEN_ID))
    expect(type).toBe('text/plain')
    expect(says).toEqual({ openid: OPEN_ID, session_key: expect.stringMatching(/^[\w+/]{22}==$/) })
  })

  test('answers the unionid of an account that is bound', async () => {
    const unionid = 'oUNION_AAAAAAAAAAAAAAAAAAAAA'
    expect((await ask(world.api.login(OPEN_ID, unionid))).says).toMatchObject({ openid: OPEN_ID, unionid })
  })

  test('takes a code once', async () => {
    const code = world.api.login(OPEN_ID)
    expect((await ask(code)).says.openid).toBe(OPEN_ID)
    expect((await ask(code)).says.errcode).toBe(40163)
  })

  test('takes a code for five minutes', async () => {
    const [first, second] = [world.api.login(OPEN_ID), world.api.login(OPEN_ID)]
    world.advance(299)
    expect((await ask(first)).says.openid).toBe(OPEN_ID)
    world.advance(1)
    expect((await ask(second)).says.errcode).toBe(40029)
  })

  test('refuses a person who is blocked', async () => {
    world.api.block(OPEN_ID)
    expect((await ask(world.api.login(OPEN_ID))).says.errcode).toBe(40226)
  })

  test.each([
    ['no code', { js_code: '' }, 41008],
    ['another grant_type', { grant_type: 'client_credential' }, 40002],
    ['no appid', { appid: '' }, 41002],
    ['no secret', { secret: '' }, 41004],
    ['an appid that is wrong in one letter', { appid: oneLetterOff(APP_ID) }, 40013],
    ['a secret that is wrong in one letter', { secret: oneLetterOff(SECRET) }, 40125],
  ])('refuses %s, and the code stays good', async (_, changes, errcode) => {
    const code = world.api.login(OPEN_ID)
    expect((await ask(code, changes)).says.errcode).toBe(errcode)
    expect((await ask(code)).says.openid).toBe(OPEN_ID)
  })

  test('refuses a code that is wrong in one letter', async () => {
    expect((await ask(oneLetterOff(world.api.login(OPEN_ID)))).says.errcode).toBe(40029)
  })
})
