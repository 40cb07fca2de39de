import { describe, expect, test } from 'vitest'
import { deliver } from '../../../dev/simulator/delivery.ts'
import { SAMPLES } from '../../../dev/simulator/samples/index.ts'
import { describeSample, SAMPLE_NAMES, writeCloudSample, writeSample } from '../../../dev/simulator/writer.ts'
import { PUSH_MODES } from '../../../shared/kernel/push-mode.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { receivePush } from '../../../shared/wechat/receive.ts'
import { FORMATS, readWire } from '../../../shared/wechat/wire.ts'
import { APP_ID, anAccount, aTrust, NOW, OPEN_ID } from '../../support/build.ts'

describe.each(PUSH_MODES.flatMap((mode) => FORMATS.map((format) => [mode, format] as const)))(
  'in %s mode as %s',
  (mode, format) => {
    test.each(SAMPLE_NAMES)('%s is delivered and read as it was written', (name) => {
      const text = writeSample(name, { appId: APP_ID, format })
      const { query, body } = deliver(anAccount(), text, { mode, now: NOW })
      const push = receivePush(query, Buffer.from(body), aTrust({ mode }), NOW)
      expect(push).toMatchObject({ text, format })
      expect(push.fields).toEqual(readWire(text).fields)
      if (Object.hasOwn(SAMPLES, name)) expect(push.message.kind).toBe(name)
    })
  },
)

describe('writeCloudSample', () => {
  const write = (name: string) =>
    writeCloudSample(name, { appId: APP_ID, openId: OPEN_ID, clock: () => millis(NOW * 1000) })

  test('is the decoded push to the AppID, with an id of another form', () => {
    expect(write('text')).toMatchObject({
      ToUserName: APP_ID,
      FromUserName: OPEN_ID,
      CreateTime: NOW,
      MsgType: 'text',
      MsgId: expect.stringMatching(new RegExp(`^[0-9a-f]{32}_${NOW}$`)),
    })
    expect(write('text').MsgId).not.toBe(write('text').MsgId)
  })

  test('gives an event no id', () => {
    expect(write('user_enter_tempsession')).not.toHaveProperty('MsgId')
  })
})

describe('writeSample', () => {
  const about = { appId: APP_ID, format: 'json' } as const
  const fieldsOf = (name: string, changes = {}) => readWire(writeSample(name, { ...about, ...changes })).fields

  test('gives every message an id of its own, beyond what a number holds', () => {
    const ids = Array.from({ length: 20 }, () => String(fieldsOf('text').MsgId))
    expect(new Set(ids).size).toBe(20)
    for (const id of ids) expect(BigInt(id)).toBeGreaterThan(Number.MAX_SAFE_INTEGER)
  })

  test('is from the user that it is told', () => {
    expect(fieldsOf('text', { openId: OPEN_ID }).FromUserName).toBe(OPEN_ID)
  })

  test('says what it is told, and keeps everything else', () => {
    const said = fieldsOf('text', { say: '订单 20260002' })
    expect(said).toMatchObject({ Content: '订单 20260002', MsgType: 'text' })
    expect(Object.keys(said)).toEqual(Object.keys(fieldsOf('text')))
  })

  test.each(['nothing', 'toString', '__proto__', ''])('knows no sample named "%s"', (name) => {
    expect(() => writeSample(name, about)).toThrow(`no sample named ${name}`)
    expect(() => describeSample(name)).toThrow(`no sample named ${name}`)
  })
})

test('describeSample says it in Chinese, then in English', () => {
  expect(describeSample('text')).toMatch(/^\p{Script=Han}.* {2}[ -~]+$/u)
})
