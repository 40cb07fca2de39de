import { describe, expect, test } from 'vitest'
import { oneLetterOff, withQuery } from '../support/build.ts'
import { IM_FIXTURES } from '../support/im.ts'
import { signedNow, talking } from '../support/local-im.ts'
import { useLocal } from './local.ts'

const { stack, settings, lines } = useLocal()
const { callback } = talking(stack)

const TOKEN = settings.IM_CALLBACK_TOKEN ?? ''
const [GENUINE, FORGED] = [IM_FIXTURES.filter(({ ack }) => ack !== null), IM_FIXTURES.filter(({ ack }) => ack === null)]
const message = IM_FIXTURES.find(({ name }) => name === 'after-text')
const aMessage = (token = TOKEN) => {
  if (message === undefined) throw new Error('no fixture after-text')
  return signedNow(message, stack().clock(), token)
}
const kept = async () => (await stack().items()).map((item) => JSON.stringify(item)).toSorted()
const changed = (query: string, name: string, to: string | undefined) => withQuery(query, { [name]: to })

describe('POST /im', () => {
  test.each(GENUINE)('acknowledges $name', async ({ ack, ...fixture }) => {
    const { status, says } = await callback(signedNow(fixture, stack().clock(), TOKEN))
    // What the built rules say of a message before it is sent is theirs.
    const expected = fixture.name.startsWith('before-') ? { ActionStatus: 'OK', ErrorCode: 0 } : ack
    expect([status, says]).toEqual([200, expect.objectContaining(expected ?? {})])
  })

  test.each(GENUINE)('writes nothing more for a copy of $name', async ({ ack: _, ...fixture }) => {
    const request = signedNow(fixture, stack().clock(), TOKEN)
    await callback(request)
    await stack().settled()
    const before = await kept()
    expect((await callback(request)).status).toBe(200)
    await stack().settled()
    expect(await kept()).toEqual(before)
  })

  test.each(FORGED)('refuses $name with 401 and no word', async ({ query, body }) => {
    const now = stack().clock()
    const { query: signed } = signedNow({ query, body }, now, TOKEN)
    const sign = new URLSearchParams(query).get('Sign') ?? undefined
    const before = await kept()
    expect(await callback({ query: changed(signed, 'Sign', sign), body: JSON.stringify(body) })).toMatchObject({
      status: 401,
      said: '',
    })
    expect(await kept()).toEqual(before)
  })

  test.each<[string, (query: string) => string]>([
    ['another letter in the signature', (query) => changed(query, 'Sign', oneLetterOff(signOf(query)))],
    ['another second', (query) => changed(query, 'RequestTime', String(Number(timeOf(query)) + 1))],
    ['another application', (query) => changed(query, 'SdkAppid', '1400000001')],
    ['another command', (query) => changed(query, 'CallbackCommand', 'State.StateChange')],
    ['no signature', (query) => changed(query, 'Sign', undefined)],
    ['no time', (query) => changed(query, 'RequestTime', undefined)],
    ['two signatures', (query) => `${query}&Sign=${signOf(query)}`],
    ['no query', () => ''],
  ])('refuses a message with %s: 401, no word, nothing written', async (_, forge) => {
    const before = await kept()
    const { query, body } = aMessage()
    expect(await callback({ query: forge(query), body })).toMatchObject({ status: 401, said: '' })
    expect(await kept()).toEqual(before)
  })

  test('refuses what another token has signed, what is a minute old, and what is no JSON', async () => {
    const before = await kept()
    expect(await callback(aMessage('another'))).toMatchObject({ status: 401, said: '' })
    const old = aMessage()
    const garbled = { ...aMessage(), body: '{"CallbackCommand":"C2C.Call' }
    expect(await callback(garbled)).toMatchObject({ status: 401, said: '' })
    await stack().advance(61_000)
    expect(await callback(old)).toMatchObject({ status: 401, said: '' })
    expect(await kept()).toEqual(before)
  })

  test('logs no query', () => {
    expect(lines.length).toBeGreaterThan(20)
    expect(lines.join('')).not.toMatch(/Sign=|RequestTime=|203\.0\.113\.7/)
  })
})

const signOf = (query: string): string => new URLSearchParams(query).get('Sign') ?? ''
const timeOf = (query: string): string => new URLSearchParams(query).get('RequestTime') ?? ''
