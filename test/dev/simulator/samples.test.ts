import { describe, expect, test } from 'vitest'
import { type About, SAMPLES, type Sample, VARIANTS } from '../../../dev/simulator/samples/index.ts'
import { WECHAT_OPEN_ID } from '../../../dev/simulator/samples/sample.ts'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { KINDS, type Kind, type PushMessage, readMessage } from '../../../shared/wechat/message.ts'
import { type Format, readWire, writeWire } from '../../../shared/wechat/wire.ts'

const ABOUT: Omit<About, 'format'> = {
  appId: 'wx0123456789abcdef' as AppId,
  originalId: 'gh_0a1b2c3d4e5f',
  openId: 'oTEST_AAAAAAAAAAAAAAAAAAAAAA',
  createTime: seconds(1_760_000_000),
  id: 9_123_456_789_012_345_671n,
}

const FORMATS: readonly Format[] = ['json', 'xml']

/** Members that WeChat leaves out in the case that the sample tells. */
const ABSENT: Partial<Record<Kind, readonly string[]>> = {
  wxa_media_check: ['isRisky', 'statusCode', 'extraInfoJson'],
  user_info_modified: ['pluginId', 'openPid'],
  user_authorization_cancellation: ['revokeInfo', 'pluginId', 'openPid'],
  charge_service_quota_notify: ['validityEndTime'],
  xpay_goods_deliver_notify: ['appleSubscriptionInfo'],
  xpay_coin_pay_notify: ['teamInfo'],
  xpay_apple_subscribe_signing_result_notify: ['appleSubscriptionInfo.unsignedTime'],
  xpay_apple_subscribe_unsigning_result_notify: ['appleSubscriptionInfo.signedTime'],
}

const bodyOf = (sample: Sample, format: Format): string => writeWire(format, sample.draft({ ...ABOUT, format }))
const fieldsOf = (sample: Sample, format: Format) => readWire(bodyOf(sample, format)).fields
const messageOf = (sample: Sample, format: Format): PushMessage => readMessage(fieldsOf(sample, format))

/** Every scalar of a value and where it stands. */
function leaves(value: unknown, path: readonly string[] = []): ReadonlyArray<readonly [path: string, leaf: unknown]> {
  if (typeof value !== 'object' || value === null) return [[path.join('.'), value]]
  const members = Object.entries(value)
  return members.length === 0
    ? [[path.join('.'), '']]
    : members.flatMap(([name, member]) => leaves(member, [...path, name]))
}

const emptyMembers = (message: PushMessage): readonly string[] =>
  leaves(message).flatMap(([path, leaf]) => (leaf === undefined || leaf === '' ? [path] : []))

describe.each(FORMATS)('a sample in %s', (format) => {
  test.each(KINDS)('%s is read as what it is, with every member filled', (kind) => {
    const message = messageOf(SAMPLES[kind], format)
    expect(message.kind).toBe(kind)
    expect(emptyMembers(message)).toEqual(ABSENT[kind] ?? [])
  })

  test.each(KINDS)('%s says nothing that the catalogue does not read', (kind) => {
    const { MsgType, Event, ...members } = fieldsOf(SAMPLES[kind], format)
    const read = new Set(leaves(messageOf(SAMPLES[kind], format)).map(([, leaf]) => String(leaf)))
    expect(leaves(members).filter(([, leaf]) => !read.has(String(leaf)))).toEqual([])
  })

  test.each(KINDS)('%s keeps every digit of its ids', (kind) => {
    const ids = bodyOf(SAMPLES[kind], format).match(/\d{16,}/g) ?? []
    const read = leaves(messageOf(SAMPLES[kind], format)).map(([, leaf]) => String(leaf))
    expect(ids.filter((id) => !read.some((leaf) => leaf.includes(id)))).toEqual([])
  })

  test('goes to the mini program, from the user or from WeChat', () => {
    const senders = KINDS.map((kind) => messageOf(SAMPLES[kind], format))
    expect(new Set(senders.map(({ toUserName }) => toUserName))).toEqual(new Set([ABOUT.originalId]))
    expect(new Set(senders.map(({ fromUserName }) => fromUserName))).toEqual(new Set([ABOUT.openId, WECHAT_OPEN_ID]))
    expect(new Set(senders.map(({ createTime }) => createTime))).toEqual(new Set([ABOUT.createTime]))
  })
})

describe('the samples', () => {
  const all = Object.entries({ ...SAMPLES, ...VARIANTS })

  test.each(all)('%s says the same in JSON and in XML', (_name, sample) => {
    const [json, xml] = FORMATS.map((format) => messageOf(sample, format))
    expect(xml).toEqual(json)
  })

  test.each(all)('%s has a title in Chinese and one in English', (_name, { zh, en }) => {
    expect(zh).toMatch(/\p{Script=Han}/u)
    expect(en).toMatch(/^[ -~’]+$/)
  })

  test('have titles of their own', () => {
    expect(new Set(all.map(([, { zh }]) => zh)).size).toBe(all.length)
    expect(new Set(all.map(([, { en }]) => en)).size).toBe(all.length)
  })

  test('come from an openid as long as WeChat’s', () => {
    expect(WECHAT_OPEN_ID).toHaveLength(28)
  })

  test('write a list of one as WeChat does: as the entry in JSON, in a wrapper in XML', () => {
    const { subscribe_msg_popup_event: popup } = SAMPLES
    expect(bodyOf(popup, 'json')).toContain('"List":{"TemplateId"')
    expect(bodyOf(popup, 'xml')).toContain('<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[')
  })

  test('write a MsgId as a bare number', () => {
    expect(bodyOf(SAMPLES.text, 'json')).toContain(`"MsgId":${ABOUT.id}}`)
    expect(bodyOf(SAMPLES.text, 'xml')).toContain(`<MsgId>${ABOUT.id}</MsgId>`)
  })
})

describe.each(FORMATS)('a variant in %s', (format) => {
  const expected: Readonly<Record<string, object>> = {
    text_human_agent: { kind: 'text', content: '人工' },
    text_order: { kind: 'text', content: '订单 20260002' },
    text_tricky: {
      kind: 'text',
      content: '  00123 ]]> 👨‍👩‍👧 <b>&amp;</b> "引号" \\u4f60\r\n第二行\t ',
    },
    text_number: { kind: 'text', content: '00123' },
    subscribe_msg_popup_event_several: {
      kind: 'subscribe_msg_popup_event',
      list: [{ status: 'accept' }, { status: 'reject' }],
    },
    subscribe_msg_sent_event_failed: { kind: 'subscribe_msg_sent_event', list: [{ errorCode: 1 }] },
    wxa_media_check_v1: { kind: 'wxa_media_check', version: undefined, isRisky: 1, statusCode: 0, detail: [] },
    xpay_goods_deliver_notify_sandbox: { kind: 'xpay_goods_deliver_notify', env: 1, teamInfo: undefined },
    unknown_event: { kind: 'unknown', event: 'wxa_future_event', fields: { future_id: String(ABOUT.id) } },
    component_verify_ticket: { kind: 'unknown', infoType: 'component_verify_ticket', toUserName: '' },
  }

  test.each(Object.entries(VARIANTS))('%s is read as what it is', (name, sample) => {
    expect(messageOf(sample, format)).toMatchObject(
      expected[name] ?? { kind: 'a variant that this test does not know' },
    )
  })
})
