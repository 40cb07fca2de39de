import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import { someone } from '../support/people.ts'
import { useStack, wx } from './process.ts'

const { env, stack } = useStack()
const SUBSCRIBE_SEND = '/cgi-bin/message/subscribe/send'
const CARD = ['thing1=小店', 'thing2=已发出', 'time3=2026年11月21日 09:30', 'number4=1']

const fail = (failure: object) => fetch(`${stack().url}/_dev/fail`, { method: 'POST', body: JSON.stringify(failure) })
const json = (...args: readonly string[]) => JSON.parse(wx([...args, '--json'], env).stdout)
/** What was held back for ten seconds goes its way. */
const windowEnds = () => expect(wx(['clock', '--advance', '11s'], env).status).toBe(0)
const cardsOf = (openId: string): readonly { readonly words: string; readonly errcode: number }[] =>
  json('outbox', '--person', openId)

/** Somebody who may be told so often. */
function met(userId: string, count: number): string {
  const openId = someone()
  const { status, stdout } = wx(['im', 'meet', userId, openId, String(count)], env)
  expect([status, stdout]).toEqual([0, expect.stringContaining(`✓ ${userId} is ${openId}, ${count} left of`)])
  return openId
}

describe('wx im', () => {
  test('a message to somebody offline becomes one notice, and the outbox shows both', () => {
    const openId = met('bob', 2)
    const said = wx(['im', 'say', 'alice', 'bob', '明天', '几点？'], env)
    expect(said.stdout).toMatch(/^POST \/im {2}C2C\.CallbackAfterSendMsg {2}200 {2}✓ taken 已接收 \(\d+ ms\)\n$/)
    windowEnds()
    expect(cardsOf(openId)).toMatchObject([
      { kind: 'subscribe', words: expect.stringMatching(/^alice {2}明天 几点？ {2}/) },
    ])
    const { stdout } = wx(['outbox'], env)
    expect(stdout).toMatch(
      /Z {2}✓ {2}im {2}query_online_status {2}people=1 {2}Offline=1\n.*Z {2}✓ {2}subscribe {2}person=/,
    )
    expect(stdout).not.toContain(openId)
  })

  test('nobody is told what was recalled, what was read, or while online', () => {
    const openId = met('carol', 3)
    wx(['im', 'say', 'alice', 'carol', '发错了'], env)
    expect(wx(['im', 'recall', 'alice', 'carol'], env)).toMatchObject({ status: 0 })
    wx(['im', 'say', 'dave', 'carol', '你好'], env)
    expect(wx(['im', 'read', 'carol', 'dave'], env)).toMatchObject({ status: 0 })
    windowEnds()
    expect(wx(['im', 'status', 'carol', 'Online'], env)).toMatchObject({ status: 0 })
    wx(['im', 'group', 'alice', '@TGS#1', '@carol', '开会', '--mention', 'carol'], env)
    windowEnds()
    expect(cardsOf(openId)).toEqual([])
  })

  test('online asks who is, by a UserSig of the settings', () => {
    wx(['im', 'status', 'erin', 'Online'], env)
    wx(['im', 'status', 'frank', 'Offline'], env)
    expect(json('im', 'online', 'erin', 'frank', 'nobody')).toEqual([
      { userId: 'erin', status: 'Online' },
      { userId: 'frank', status: 'Offline' },
      { userId: 'nobody', status: 'unknown-account' },
    ])
  })

  test.each([
    ['IM_SECRET_KEY', 'w'.repeat(64), 'IM_SECRET_KEY'],
    ['IM_SDK_APP_ID', '1400000099', 'IM_SDK_APP_ID'],
    ['IM_ADMIN', 'somebody', 'IM_ADMIN'],
    ['IM_API_BASE', 'http://127.0.0.1:9', 'IM_API_BASE'],
  ])('online says that %s is to be mended', (name, value, advice) => {
    const { IM_API_BASE } = JSON.parse(readFileSync(env.WX_STACK_FILE, 'utf8')).env
    const { status, stdout, stderr } = wx(['im', 'online', 'bob'], { ...env, IM_API_BASE, [name]: value })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(advice)
    expect(stderr).not.toContain('w'.repeat(64))
  })

  test('sig signs what the simulated IM takes for that person', () => {
    expect(json('im', 'sig', 'bob')).toMatchObject({ userId: 'bob', sdkAppId: 1400000000 })
    expect(wx(['im', 'sig', 'bob'], env).stdout).toMatch(/^[\w*-]{100,}\n$/)
  })
})

describe('wx send', () => {
  test('sends once under a key, to either name of a person', () => {
    const openId = met('grace', 3)
    const once = wx(['send', 'grace', MESSAGED, ...CARD, '--key', 'order-1'], env)
    expect(once).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/\/send {2}200 {2}✓ sent 已发送 {2}msgid \d+\n$/),
    })
    expect(wx(['send', 'grace', MESSAGED, ...CARD, '--key', 'order-1'], env)).toEqual(once)
    expect(json('send', openId, MESSAGED, ...CARD)).toMatchObject({ kind: 'sent' })
    expect(cardsOf(openId)).toHaveLength(2)
  })

  test('says why nothing is sent', () => {
    const openId = met('heidi', 0)
    const refusal = (...args: readonly string[]) => {
      const { status, stdout } = wx(['send', ...args], env)
      expect(status).toBe(1)
      return stdout
    }
    expect(refusal(openId, MESSAGED, ...CARD)).toContain('✗ the person has not allowed it')
    expect(refusal('nobody-known', MESSAGED, ...CARD)).toContain('✗ nobody has logged in by this UserID')
    expect(refusal(openId, MESSAGED, 'thing1=小店')).toContain('TEMPLATE_DATA_INVALID')
    expect(cardsOf(openId)).toEqual([])
  })
})

describe('wx failed and wx replay', () => {
  test('list a notice that WeChat would not have, and tell it anew', async () => {
    const openId = met('ivan', 2)
    await fail({ path: SUBSCRIBE_SEND, times: 1, errcode: 40037 })
    wx(['im', 'say', 'alice', 'ivan', '看到请回复'], env)
    windowEnds()
    expect(cardsOf(openId)).toMatchObject([{ errcode: 40037 }])
    expect(json('failed', '--kind', 'notice')).toMatchObject([
      { kind: 'notice', state: 'failed', key: 'im#ivan/notify' },
    ])
    expect(wx(['failed'], env).stdout).not.toContain('ivan')
    expect(json('replay', '--person', 'nobody')).toEqual({ replayed: 0 })
    expect(json('replay', '--person', 'ivan')).toEqual({ replayed: 1 })
    expect(json('replay', '--person', 'ivan')).toEqual({ replayed: 0 })
    windowEnds()
    expect(cardsOf(openId)).toMatchObject([{ errcode: 40037 }, { errcode: 0, words: expect.stringContaining('alice') }])
    expect(json('failed')).toEqual([])
  })
})
