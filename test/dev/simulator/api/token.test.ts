import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { APP_ID, oneLetterOff } from '../../../support/build.ts'
import { askToken, aWorld, SECRET, TOKEN_REQUEST, type World } from './world.ts'

const PROBE = '/cgi-bin/getcallbackip'

const errcodeOf = async ({ get }: World, token: string): Promise<unknown> =>
  (await get(PROBE, { access_token: token })).says.errcode ?? 0

describe('stable_token', () => {
  test('answers a long token and what is left of two hours, as plain text and without an errcode', async () => {
    const world = await aWorld()
    const { status, type, says } = await askToken(world)
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain' })
    expect(says).toEqual({ access_token: expect.stringMatching(/^\d+_[\w-]{136,}$/), expires_in: 7200 })
  })

  test('answers the same token until five minutes before its end, and then another; both work five minutes', async () => {
    const world = await aWorld()
    const first = await world.token()
    world.advance(6899)
    expect((await askToken(world)).says).toEqual({ access_token: first, expires_in: 301 })
    world.advance(1)
    const second = await world.token()
    expect(second).not.toBe(first)
    world.advance(299)
    expect(await Promise.all([errcodeOf(world, first), errcodeOf(world, second)])).toEqual([0, 0])
    world.advance(1)
    expect(await Promise.all([errcodeOf(world, first), errcodeOf(world, second)])).toEqual([40001, 0])
  })

  test('lets a token expire that nobody renews', async () => {
    const world = await aWorld()
    const token = await world.token()
    world.advance(7199)
    expect(await errcodeOf(world, token)).toBe(0)
    world.advance(1)
    expect(await errcodeOf(world, token)).toBe(42001)
  })

  test('keeps every promise about a token, however time passes', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 8 }), async (steps) => {
        const world = await aWorld()
        const promises: { readonly token: string; readonly until: number }[] = []
        for (const step of steps) {
          world.advance(step)
          const { says } = await askToken(world)
          expect((await askToken(world)).says).toEqual(says)
          expect(says.expires_in).toBeGreaterThanOrEqual(300)
          expect(says.expires_in).toBeLessThanOrEqual(7200)
          promises.push({ token: String(says.access_token), until: world.clock() + Number(says.expires_in) * 1000 })
          const due = promises.filter(({ until }) => world.clock() < until)
          expect(await Promise.all(due.map(({ token }) => errcodeOf(world, token)))).toEqual(due.map(() => 0))
        }
        await world.api.close()
      }),
      { numRuns: 25 },
    )
  })

  test('forced, ends the token before at once', async () => {
    const world = await aWorld()
    const first = await world.token()
    const { says } = await askToken(world, { force_refresh: true })
    expect(says).toEqual({ access_token: expect.any(String), expires_in: 7200 })
    expect(await errcodeOf(world, first)).toBe(40001)
    expect(await errcodeOf(world, String(says.access_token))).toBe(0)
  })

  test('forced again within 30 s, does not refresh', async () => {
    const world = await aWorld()
    const force = async (): Promise<unknown> => (await askToken(world, { force_refresh: true })).says.access_token
    const first = await force()
    world.advance(29)
    expect(await force()).toBe(first)
    world.advance(1)
    expect(await force()).not.toBe(first)
  })

  test('is forced twenty times until midnight in Beijing', async () => {
    const world = await aWorld()
    const force = async (): Promise<unknown> => {
      world.advance(30)
      return (await askToken(world, { force_refresh: true })).says.errcode
    }
    for (let time = 0; time < 20; time++) expect(await force()).toBeUndefined()
    expect(await force()).toBe(45009)
    world.advance(Date.parse('2025-10-10T00:00:00+08:00') / 1000 - world.clock() / 1000 - 31)
    expect(await force()).toBe(45009)
    world.advance(1)
    expect(await force()).toBeUndefined()
  })

  test.each([
    ['another grant_type', { grant_type: 'authorization_code' }, 40002],
    ['no appid', { appid: undefined }, 41002],
    ['no secret', { secret: '' }, 41004],
    ['an appid that is wrong in one letter', { appid: oneLetterOff(APP_ID) }, 40013],
    ['a secret that is wrong in one letter', { secret: oneLetterOff(SECRET) }, 40125],
    ['a force_refresh that is text', { force_refresh: 'true' }, 47001],
  ])('refuses %s', async (_, changes, errcode) => {
    const world = await aWorld()
    expect((await askToken(world, changes)).says).toEqual({
      errcode,
      errmsg: expect.stringMatching(/ rid: [\da-f]{8}(?:-[\da-f]{8}){2}$/),
    })
  })

  test('refuses a caller that is not in the allow-list, naming its address', async () => {
    const world = await aWorld({ allowedIps: ['203.0.113.7'] })
    const errmsg = expect.stringMatching(/^invalid ip 127\.0\.0\.1 ipv6 ::ffff:127\.0\.0\.1, not in whitelist rid: /)
    expect((await askToken(world)).says).toEqual({ errcode: 40164, errmsg })
    expect((await askToken(await aWorld({ allowedIps: ['127.0.0.1'] }))).says.errcode).toBeUndefined()
  })
})

describe('cgi-bin/token', () => {
  const { grant_type, appid, secret } = TOKEN_REQUEST
  const ask = async ({ get }: World): Promise<string> =>
    String((await get('/cgi-bin/token', { grant_type, appid, secret })).says.access_token)

  test('answers another token each time; the one before it works five minutes more', async () => {
    const world = await aWorld()
    const [first, second] = [await ask(world), await ask(world)]
    expect(second).not.toBe(first)
    world.advance(299)
    expect(await errcodeOf(world, first)).toBe(0)
    world.advance(1)
    expect(await errcodeOf(world, first)).toBe(40001)
    expect(await errcodeOf(world, second)).toBe(0)
  })

  test('and stable_token do not end each other', async () => {
    const world = await aWorld()
    const stable = await world.token()
    const classic = await ask(world)
    await askToken(world, { force_refresh: true })
    await ask(world)
    world.advance(1)
    expect(await Promise.all([errcodeOf(world, stable), errcodeOf(world, classic)])).toEqual([40001, 0])
  })
})

describe('a token', () => {
  test('is missing, unknown, or ended by a test', async () => {
    const world = await aWorld()
    const token = await world.token()
    expect((await world.get(PROBE)).says.errcode).toBe(41001)
    expect(await errcodeOf(world, oneLetterOff(token))).toBe(40001)
    for (const fault of [42001, 40001, 40014] as const) {
      const before = await world.token()
      world.api.expireToken(fault)
      expect(await errcodeOf(world, before)).toBe(fault)
      expect(await world.token()).not.toBe(before)
    }
  })
})
