import { describe, expect, it } from 'vitest'
import { problemsOf } from '../../../shared/reply/check.ts'
import { decide } from '../../../shared/reply/decide.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { anEventPush, aPush, aTextPush } from '../../support/build.ts'

const decisionOn = (Content: string) => decide(aPush(aTextPush({ Content })).message)
const kindsOf = (Content: string) =>
  decisionOn(Content)
    .actions.slice(1)
    .map((action) => (action.kind === 'send' ? action.message.kind : action.kind))

describe('the rules that ship', () => {
  it('welcome whoever opens the session', () => {
    const { answer, actions } = decide(aPush(anEventPush()).message)
    expect(answer).toEqual({ kind: 'success' })
    expect(actions).toEqual([
      { kind: 'window', opened: 'enter' },
      { kind: 'send', message: { kind: 'text', content: RULES.welcome } },
    ])
  })

  it('know a word for every kind of message, for a handler and for a human agent', () => {
    expect(kindsOf('帮助')).toEqual(['text'])
    expect(kindsOf('官网')).toEqual(['link'])
    expect(kindsOf('海报')).toEqual(['text', 'image'])
    expect(kindsOf('我想买')).toEqual(['miniprogrampage'])
    expect(kindsOf('订单：20260001')).toEqual(['run'])
    expect(decisionOn('转人工').answer).toEqual({ kind: 'transfer_customer_service' })
  })

  it('give every word that they name to somebody: the welcome and the help lead somewhere', () => {
    const promised = [RULES.welcome, RULES.otherwise.text].flatMap((words) => [...String(words).matchAll(/“(.+?)”/g)])
    expect(promised.length).toBeGreaterThan(4)
    for (const [, word = ''] of promised) {
      expect(decisionOn(word).actions[1]).not.toEqual({
        kind: 'send',
        message: { kind: 'text', content: RULES.otherwise.text },
      })
    }
  })

  it('answer what nobody foresaw, each kind in its own words', () => {
    expect(decisionOn('你好，请问什么时候发货？').actions).toEqual([
      { kind: 'window', opened: 'message' },
      { kind: 'send', message: { kind: 'text', content: RULES.otherwise.text } },
    ])
    const image = decide(aPush(aTextPush({ MsgType: 'image', PicUrl: 'http://a', MediaId: 'm' })).message)
    expect(image.actions[1]).toEqual({ kind: 'send', message: { kind: 'text', content: RULES.otherwise.image } })
  })

  it('can all be sent', () => {
    expect(problemsOf(RULES)).toEqual([])
  })
})
