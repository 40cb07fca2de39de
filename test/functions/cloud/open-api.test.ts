import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cloudApi, type OpenApi } from '../../../functions/cloud/open-api.ts'
import type { OpenId, TemplateId } from '../../../shared/kernel/ids.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { OPEN_ID } from '../../support/build.ts'
import { aCloudDatabase, type CloudDatabaseWorld } from '../../support/cloud-database.ts'
import { aLog } from '../../support/lines.ts'

const TO = OPEN_ID as OpenId
const TEXT = { kind: 'text', content: '你好' } as const
const SUBSCRIBE = { templateId: 'TMPL_A' as TemplateId, data: { thing1: '茶 👋🏽', character_string2: 'A1' } }
const NO_CALL = () => Promise.reject(new Error('not to be called'))

function anApi(calls: Partial<OpenApi>, timeLeft = 2000) {
  const { log, lines } = aLog()
  const openApi = {
    send: NO_CALL,
    setTyping: NO_CALL,
    uploadTempMedia: NO_CALL,
    sendSubscribeMessage: NO_CALL,
    ...calls,
  }
  return { lines, api: cloudApi({ openApi, timeLeft: () => millis(timeLeft), log }) }
}

/** A call that answers, and what it was given. */
function answering(answer: unknown) {
  const bodies: unknown[] = []
  const call = async (body: unknown): Promise<unknown> => {
    bodies.push(body)
    return answer
  }
  return { call, bodies }
}

const OK = { errCode: 0, errMsg: 'openapi.customerServiceMessage.send:ok' }

describe('cloudApi', () => {
  it('sends the body that goes over HTTPS, in WeChat’s spelling', async () => {
    const { call, bodies } = answering(OK)
    const { api, lines } = anApi({ send: call, setTyping: call, sendSubscribeMessage: call })
    await api.sendCustomerMessage(TO, TEXT)
    await api.sendCustomerMessage(TO, { kind: 'miniprogrampage', title: 'a', pagePath: 'p', thumbMediaId: 'M1' })
    await api.typing(TO, true)
    await api.sendSubscribeMessage(TO, SUBSCRIBE)
    expect(bodies).toEqual([
      { touser: TO, msgtype: 'text', text: { content: '你好' } },
      { touser: TO, msgtype: 'miniprogrampage', miniprogrampage: { title: 'a', pagepath: 'p', thumb_media_id: 'M1' } },
      { touser: TO, command: 'Typing' },
      expect.objectContaining({
        touser: TO,
        template_id: 'TMPL_A',
        data: { thing1: { value: '茶 👋🏽' }, character_string2: { value: 'A1' } },
      }),
    ])
    expect(lines).toEqual([])
  })

  it('sends no half of a letter', async () => {
    const { call, bodies } = answering(OK)
    await anApi({ send: call }).api.sendCustomerMessage(TO, { kind: 'text', content: 'a\ud83d b \udc4b👋' })
    expect(bodies).toMatchObject([{ text: { content: 'a\ufffd b \ufffd👋' } }])
  })

  it.each([
    ['an empty answer', { errCode: 0, buffer: Buffer.alloc(0), contentType: '' }],
    ['bytes', { errCode: 0, buffer: Buffer.from('<html>'), contentType: 'text/html' }],
    ['nothing', undefined],
    ['a text', 'ok'],
  ])('does not take %s for a success', async (_, answer) => {
    const { call } = answering(answer)
    const { api, lines } = anApi({ send: call, setTyping: call, uploadTempMedia: call, sendSubscribeMessage: call })
    const file = { bytes: Buffer.from('a'), contentType: 'image/png', fileName: 'a.png' }
    for (const calling of [
      api.sendCustomerMessage(TO, TEXT),
      api.typing(TO, false),
      api.uploadImage(file),
      api.sendSubscribeMessage(TO, SUBSCRIBE),
    ]) {
      await expect(calling).rejects.toThrow(/^WECHAT_UNREADABLE/)
    }
    expect(lines).toHaveLength(4)
  })

  it('uploads a picture as a file, and names no picture that has no id', async () => {
    const bytes = Buffer.from([0, 255, 10])
    const { call, bodies } = answering({ ...OK, type: 'image', mediaId: 'M1', createdAt: 1 })
    const file = { bytes, contentType: 'image/png', fileName: 'picture.png' }
    expect(await anApi({ uploadTempMedia: call }).api.uploadImage(file)).toBe('M1')
    expect(bodies).toEqual([{ type: 'image', media: { contentType: 'image/png', value: bytes } }])
    const { api } = anApi({ uploadTempMedia: answering(OK).call })
    await expect(api.uploadImage(file)).rejects.toThrow(
      'WECHAT_UNREADABLE call=customerServiceMessage.uploadTempMedia missing=media_id',
    )
  })

  it.each<readonly [unknown, string | undefined]>([
    [undefined, undefined],
    [1864, '1864'],
    ['1864323726461255681', '1864323726461255681'],
    [{ s: 1, e: 18, c: [18643, 23726461255681] }, '1864323726461255681'],
    [{ s: 1, e: 18, c: [18643, 200] }, '1864300000000000200'],
    [{ s: 1, e: 18, c: [18643] }, '1864300000000000000'],
    [{ s: 1, e: 17, c: [1864, 32372646125568] }, '186432372646125568'],
  ])('reads the msgid %j', async (msgid, digits) => {
    const { call } = answering({ ...OK, msgid })
    expect(await anApi({ sendSubscribeMessage: call }).api.sendSubscribeMessage(TO, SUBSCRIBE)).toBe(digits)
  })

  it('begins no call that would end after the answer', async () => {
    const { api, lines } = anApi({}, 299)
    await expect(api.sendCustomerMessage(TO, TEXT)).rejects.toThrow(/^WECHAT_UNREACHABLE .*because=deadline/)
    expect(lines).toHaveLength(1)
  })

  it('makes a failure of what the SDK throws, at once as well, and says nothing of the person', async () => {
    const { api, lines } = anApi({
      send: () => {
        throw Object.assign(new Error(`${OPEN_ID} 你好`), { errCode: 45015, errMsg: `fail ${OPEN_ID} 你好` })
      },
    })
    await expect(api.sendCustomerMessage(TO, TEXT)).rejects.toThrow(/^WECHAT_REFUSED .*errcode=45015/)
    expect(lines.join('')).not.toMatch(/oTEST|你好/)
  })
})

describe('cloudApi, by the SDK', () => {
  let world: CloudDatabaseWorld
  beforeAll(async () => {
    world = await aCloudDatabase()
  })
  afterAll(() => world.close())
  afterEach(() => world.gateway.clearFailures())

  const bySdk = () => {
    const { customerServiceMessage, subscribeMessage } = world.cloud.openapi
    return anApi({
      send: async (body) => await customerServiceMessage?.send?.(body),
      uploadTempMedia: async (body) => await customerServiceMessage?.uploadTempMedia?.(body),
      sendSubscribeMessage: async (body) => await subscribeMessage?.send?.(body),
    })
  }

  it('hands back the msgid digit by digit, by which WeChat tells what became of the message', async () => {
    const [{ priTmplId, content, example } = { priTmplId: '', content: '', example: '' }] = world.wechat.templates()
    const values = example
      .trim()
      .split('\n')
      .map((line) => line.replace(/^[^:]*:/, ''))
    const keys = [...content.matchAll(/\{\{(\w+)\.DATA\}\}/g)].map(([, key = ''], n) => [key, values[n] ?? ''] as const)
    world.wechat.allow(OPEN_ID, priTmplId, 1)
    const message = { templateId: priTmplId as TemplateId, data: Object.fromEntries(keys) }
    const msgId = await bySdk().api.sendSubscribeMessage(TO, message)
    expect(msgId).toMatch(/^\d{16,20}$/)
    await expect.poll(() => world.told.join('')).toMatch(new RegExp(`"MsgI[dD]":"?${msgId}\\b`))
  })

  it('uploads the bytes of a picture as they are', async () => {
    const bytes = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      'base64',
    )
    expect(await bySdk().api.uploadImage({ bytes, contentType: 'image/png', fileName: 'picture.png' })).toMatch(/\S/)
    expect(world.gateway.calls().at(-1)).toMatchObject({
      files: { media: { filename: 'media.png', length: bytes.length } },
    })
  })

  it.each([
    [{ errcode: 45015 }, /^WECHAT_REFUSED .*errcode=45015/],
    [{ errcode: 40001 }, /^WECHAT_REFUSED .*errcode=40001/],
    [{ systemError: -604101 }, /^WECHAT_REFUSED .*errcode=-604101/],
    [{ gatewayError: { code: 'SYS_ERR', message: 'no' } }, /^WECHAT_UNREACHABLE .*because=gateway/],
    [{ status: 500 }, /^WECHAT_UNREACHABLE .*because=gateway/],
    [{ reset: true }, /^WECHAT_UNREACHABLE .*because=ECONNRESET/],
    [{ hang: true }, /^WECHAT_UNREACHABLE .*because=timeout/],
    [{ garbage: true }, /^WECHAT_UN(?:READABLE|REACHABLE) /],
    [{ emptyBody: true }, /^WECHAT_UNREADABLE /],
  ])('fails when the gateway does: %j', async (failure, as) => {
    world.wechat.observe({ openId: OPEN_ID, kind: 'text', fields: {} })
    world.gateway.fail({ path: 'customerServiceMessage.send', times: 1, ...failure })
    const { api, lines } = bySdk()
    await expect(api.sendCustomerMessage(TO, TEXT)).rejects.toThrow(as)
    expect(lines.join('')).not.toMatch(/oTEST|你好|127\.0\.0\.1/)
    await api.sendCustomerMessage(TO, TEXT)
  })
})
