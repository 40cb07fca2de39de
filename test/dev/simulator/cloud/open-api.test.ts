import { describe, expect, test } from 'vitest'
import { MESSAGED } from '../../../../dev/simulator/api/template.ts'
import { OPEN_ID } from '../../../support/build.ts'
import { aCloudWorld, aFunction } from '../../../support/cloud.ts'
import { observed } from '../api/world.ts'

const SEND_TO = (content: string): string =>
  `return cloud.openapi.customerServiceMessage.send({ touser: '${OPEN_ID}', msgtype: 'text', text: { content: '${content}' } })`
const SEND = SEND_TO('在的')
const TYPE = `return cloud.openapi.customerServiceMessage.setTyping({ touser: '${OPEN_ID}', command: 'Typing' })`
const thrown = (members: Readonly<Record<string, unknown>>) => ({ thrown: expect.objectContaining(members) })

describe('a cloud call', () => {
  test('sends a message in the window that the person opened, and WeChat notes it in its outbox', async () => {
    const { wechat, gateway, run } = await aCloudWorld()
    observed(wechat, 'text')
    expect(await run(SEND_TO('你好 😀'))).toEqual({ errMsg: 'openapi.customerServiceMessage.send:ok', errCode: 0 })
    expect(wechat.delivered(OPEN_ID)).toMatchObject([{ kind: 'text', content: { content: '你好 😀' } }])
    expect(wechat.outbox()).toMatchObject([
      { path: '/cgi-bin/message/custom/send', body: { touser: OPEN_ID }, answer: { errcode: 0 } },
    ])
    expect(gateway.calls()).toMatchObject([
      {
        apiName: 'customerServiceMessage.send',
        data: { touser: OPEN_ID, msgtype: 'text', text: { content: '你好 😀' } },
        token: 'local-token-1',
        env: 'local-env',
        headers: { 'x-sdk-version': 'wx-server-sdk/4.0.2' },
      },
    ])
  })

  test('shows that somebody types, once', async () => {
    const { wechat, run } = await aCloudWorld()
    observed(wechat, 'text')
    expect(await run(TYPE)).toMatchObject({ errCode: 0 })
    expect(wechat.state(OPEN_ID).window.isTyping).toBe(true)
    expect(await run(TYPE)).toEqual(thrown({ errCode: 45081 }))
  })

  test('uploads a picture, which can then be sent', async () => {
    const { wechat, gateway, run } = await aCloudWorld()
    observed(wechat, 'text')
    const sent = await run(`
      const value = Buffer.from('89504e470d0a1a0a', 'hex')
      const { mediaId } = await cloud.openapi.customerServiceMessage.uploadTempMedia({ type: 'image', media: { contentType: 'image/png', value } })
      return cloud.openapi.customerServiceMessage.send({ touser: '${OPEN_ID}', msgtype: 'image', image: { mediaId } })`)
    expect(sent).toMatchObject({ errCode: 0 })
    expect(gateway.calls()[0]).toMatchObject({
      data: { type: 'image' },
      files: { media: { filename: 'media.png', length: 8 } },
    })
    expect(wechat.delivered(OPEN_ID)).toMatchObject([{ kind: 'image' }])
  })

  test('does not upload what is no picture', async () => {
    const { run } = await aCloudWorld()
    const upload = `return cloud.openapi.customerServiceMessage.uploadTempMedia({ type: 'image', media: { contentType: 'image/png', value: Buffer.from('text') } })`
    expect(await run(upload)).toEqual(thrown({ errCode: 40113 }))
  })

  test('uses up a permit, whose absence is 43101', async () => {
    const { wechat, run } = await aCloudWorld()
    wechat.allow(OPEN_ID, MESSAGED, 1)
    const notify = `return cloud.openapi.subscribeMessage.send({ touser: '${OPEN_ID}', templateId: '${MESSAGED}', data: {
      thing1: { value: '小张' }, thing2: { value: '发货' }, time3: { value: '2025年10月9日 16:53' }, number4: { value: '1' } } })`
    expect(await run(notify)).toMatchObject({ errCode: 0 })
    expect(await run(notify)).toEqual(thrown({ errCode: 43101 }))
  })

  test('needs the permission that config.json lists', async () => {
    const { wechat, run } = await aCloudWorld({ permissions: ['customerServiceMessage.setTyping'] })
    observed(wechat, 'text')
    const refused = { errCode: -604101, errMsg: 'system error: error code: -604101' }
    expect(await run(SEND)).toEqual(thrown(refused))
    expect(await run(TYPE)).toMatchObject({ errCode: 0 })
    expect(wechat.delivered(OPEN_ID)).toEqual([])
  })

  test('of an API that there is not finds none', async () => {
    const { run } = await aCloudWorld()
    expect(await run('return cloud.openapi.constructor({})')).toEqual(thrown({ errCode: -604100 }))
  })

  test('fails as the simulated WeChat was asked to', async () => {
    const { wechat, run } = await aCloudWorld()
    observed(wechat, 'text')
    wechat.fail({ path: '/cgi-bin/message/custom/send', times: 1, errcode: 45047 })
    expect(await run(SEND)).toEqual(thrown({ errCode: 45047 }))
    expect(await run(SEND)).toMatchObject({ errCode: 0 })
  })
})

describe('a cloud call that fails', () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [
      '45015',
      { errcode: 45015 },
      { errCode: 45015, errMsg: expect.stringMatching(/^openapi\.customerServiceMessage\.send:fail /) },
    ],
    ['45047', { errcode: 45047 }, { errCode: 45047 }],
    ['40001', { errcode: 40001 }, { errCode: 40001 }],
    ['-1', { errcode: -1 }, { errCode: -1 }],
    ['a missing permission', { systemError: -604101 }, { errCode: -604101 }],
    [
      'a gateway error',
      { gatewayError: { code: 'SYS_ERR', message: 'broken' } },
      { errCode: -501001, errMsg: expect.stringContaining('broken') },
    ],
    [
      'too many requests',
      { gatewayError: { code: 'EXCEED_REQUEST_LIMIT', message: 'too many' } },
      { errCode: -501003 },
    ],
    ['status 500', { status: 500 }, { errCode: -501001, errMsg: expect.stringContaining('500') }],
    ['status 429', { status: 429 }, { errCode: -501001 }],
    ['a reset', { reset: true }, { errCode: -501001 }],
    ['garbage', { garbage: true }, { errCode: -601001 }],
  ])('with %s throws the number that the real SDK makes of it, and nothing is sent', async (_, failure, error) => {
    const { wechat, gateway, run } = await aCloudWorld()
    observed(wechat, 'text')
    gateway.fail({ path: 'customerServiceMessage.send', times: 1, ...failure })
    expect(await run(SEND)).toEqual(thrown(error))
    expect(wechat.delivered(OPEN_ID)).toEqual([])
    expect(await run(SEND)).toMatchObject({ errCode: 0 })
  })

  test('with an empty 200 is a success to the SDK, with a buffer in it', async () => {
    const { wechat, gateway, run } = await aCloudWorld()
    gateway.fail({ path: '*', times: 1, emptyBody: true })
    expect(await run(SEND)).toMatchObject({ errCode: 0, buffer: { type: 'Buffer', data: [] } })
    expect(wechat.outbox()).toEqual([])
  })

  test('with silence ends at the time-out of init', async () => {
    const { gateway, run } = await aCloudWorld({ sdkTimeoutMs: 200 })
    gateway.fail({ path: '*', times: 1, hang: true })
    expect(await run(SEND)).toEqual(thrown({ errCode: -501001, errMsg: expect.stringContaining('timeout') }))
  })

  test('after its effect has been sent all the same', async () => {
    const { wechat, gateway, run } = await aCloudWorld()
    observed(wechat, 'text')
    gateway.fail({ path: '*', times: 1, reset: true, afterEffect: true })
    expect(await run(SEND)).toEqual(thrown({ errCode: -501001 }))
    expect(wechat.delivered(OPEN_ID)).toHaveLength(1)
  })

  test('with nobody there throws the same number', async () => {
    const { gateway, run } = await aCloudWorld()
    await gateway.close()
    expect(await run(SEND)).toEqual(thrown({ errCode: -501001, errMsg: expect.stringContaining('ECONNREFUSED') }))
  })
})

describe('the real SDK', () => {
  test('throws at once, and does not reject, before init', async () => {
    const { gateway } = await aCloudWorld()
    const fn = aFunction(`const cloud = require('wx-server-sdk')
      exports.main = async () => {
        let call
        try { call = cloud.openapi.customerServiceMessage.send({}) } catch { return 'thrown' }
        return call.then(() => 'resolved', () => 'rejected')
      }`)
    expect(await fn.invoke({}, gateway.environment())).toEqual({ result: 'thrown' })
    expect(gateway.calls()).toEqual([])
  })

  test('ends the process when a namespace is awaited: it calls an API named then', async () => {
    const { gateway, outcome } = await aCloudWorld()
    expect(await outcome('await cloud.openapi.customerServiceMessage')).toEqual({ crashed: { code: 1, signal: null } })
    expect(gateway.calls()).toMatchObject([{ apiName: 'customerServiceMessage.then' }])
  })

  test('spells members as HTTPS does and checks nothing of them', async () => {
    const { gateway, run } = await aCloudWorld()
    await run(
      `return cloud.openapi.subscribeMessage.send({ templateId: 1, miniprogramState: null, picURL: 'a', left: undefined })`,
    )
    expect(gateway.calls()[0]?.data).toEqual({ template_id: 1, miniprogram_state: null, pic_u_r_l: 'a' })
  })

  test('makes an object without methods of a msgid beyond 2^53', async () => {
    const { wechat, run } = await aCloudWorld()
    wechat.allow(OPEN_ID, MESSAGED, 1)
    const script = `const { msgid } = await cloud.openapi.subscribeMessage.send({ touser: '${OPEN_ID}', templateId: '${MESSAGED}', data: {
      thing1: { value: '小张' }, thing2: { value: '发货' }, time3: { value: '2025年10月9日 16:53' }, number4: { value: '1' } } })
      return msgid`
    expect(await run(script)).toEqual({ s: 1, e: 18, c: [expect.any(Number), expect.any(Number)] })
  })
})

describe('the context of an invocation', () => {
  const CONTEXT = 'return cloud.getWXContext()'

  test('is that of the invocation, also in a warm instance', async () => {
    const { fn, gateway, run } = await aCloudWorld()
    expect(await run(CONTEXT, { openId: 'oA', unionId: 'uA', source: 'wx_client' })).toMatchObject({
      OPENID: 'oA',
      UNIONID: 'uA',
      SOURCE: 'wx_client',
      ENV: 'local-env',
    })
    const second = await run(CONTEXT, {})
    expect(second).not.toHaveProperty('OPENID')
    expect(second).not.toHaveProperty('UNIONID')
    expect(second).not.toHaveProperty('SOURCE')
    await run(SEND, { openId: 'oB', token: 'theirs' })
    expect(gateway.calls().at(-1)).toMatchObject({ token: 'theirs' })
    expect(fn.pids()).toHaveLength(1)
  })

  test('needs no name to be looked up', async () => {
    const { fn, run } = await aCloudWorld()
    await run(SEND)
    expect(fn.strangers()).toEqual([])
  })
})
