import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Local, startLocal } from '../../dev/local.ts'
import { localSettings } from '../../dev/settings.ts'

let stack: Local

beforeAll(async () => {
  stack = await startLocal({ port: 0, env: localSettings() })
})
afterAll(() => stack.close())

async function post(path: string, body: unknown) {
  const response = await fetch(`${stack.url}/_dev/im/${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, says: JSON.parse(await response.text()) }
}

const taken = (command: string) => ({
  status: 200,
  says: { ok: true, callbacks: [{ command, status: 200, verdict: 'taken' }] },
})

/** What the table has under a person of IM, by sort key. */
const under = async (userId: string): Promise<readonly string[]> =>
  (await stack.items()).flatMap(({ pk, sk }) => (pk?.S === `im#${userId}` ? [sk?.S?.split('#')[0] ?? ''] : [])).sort()

describe('what people do in the simulated IM reaches /im', () => {
  test('a message, and that it was read', async () => {
    expect(await post('message', { from: 'alice', to: 'bob', text: '在吗' })).toMatchObject(
      taken('C2C.CallbackAfterSendMsg'),
    )
    expect(await under('bob')).toEqual(['notice'])
    expect(await post('read', { reader: 'bob', peer: 'alice' })).toMatchObject(taken('C2C.CallbackAfterMsgReport'))
    expect(await under('bob')).toEqual(['notice', 'read'])
  })

  test('the last message is the one that is recalled', async () => {
    await post('message', { from: 'alice', to: 'carol', text: '一' })
    await post('message', { from: 'alice', to: 'carol', text: '二' })
    expect(await post('recall', { from: 'alice', to: 'carol' })).toMatchObject(taken('C2C.CallbackAfterMsgWithDraw'))
    const previews = (await stack.items()).flatMap(({ pk, preview }) => (pk?.S === 'im#carol' ? [preview?.S] : []))
    expect(previews.toSorted()).toEqual(['一', undefined])
  })

  test('a message in a group tells those who are mentioned', async () => {
    const said = { from: 'alice', group: '@TGS#1', text: '@dave 开会', mention: ['dave'] }
    expect(await post('group', said)).toMatchObject(taken('Group.CallbackAfterSendMsg'))
    await stack.settled()
    expect(await under('dave')).toEqual(['notice'])
  })

  test('somebody comes and goes; what changes nothing is not told', async () => {
    expect(await post('status', { userId: 'erin', status: 'Online' })).toMatchObject(taken('State.StateChange'))
    expect((await post('status', { userId: 'erin', status: 'Online' })).says).toEqual({ ok: true, callbacks: [] })
    expect(stack.im.presenceOf('erin').status).toBe('Online')
    await post('status', { userId: 'erin', status: 'Offline' })
    expect(stack.im.presenceOf('erin').status).toBe('Offline')
  })
})

describe('what nobody can do', () => {
  test.each([
    ['message', { from: 'alice', to: 'bob' }, 'text is missing'],
    ['message', { from: '', to: 'bob', text: 'a' }, 'from is missing'],
    ['group', { from: 'alice', group: 'g', text: 'a', mention: 'bob' }, 'mention is a list of UserIDs'],
    ['group', { from: 'alice', group: 'g', text: 'a', mention: [1] }, 'mention is a list of UserIDs'],
    ['recall', { from: 'nobody', to: 'bob' }, 'bob has no message of nobody'],
    ['status', { userId: 'bob', status: 'Away' }, 'status is one of Online, PushOnline, Offline'],
    ['status', { userId: 'bob', status: 'Online', platform: 'Fridge' }, 'platform is one of Web, '],
    ['status', { userId: 'bob', status: 'PushOnline', platform: 'Web' }, 'nobody is PushOnline on Web'],
    ['read', [], 'the body is not a JSON object'],
  ])('%s %j is refused with 400', async (path, body, reason) => {
    const { status, says } = await post(path, body)
    expect([status, says.message]).toEqual([400, expect.stringContaining(`REQUEST_INVALID ${reason}`)])
  })
})
