import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CloudOutcome } from '../../dev/emulator/cloud-process.ts'
import { SAMPLE_NAMES, writeSample } from '../../dev/simulator/writer.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { readPushText } from '../../shared/wechat/receive.ts'
import { readWire, type WireTree } from '../../shared/wechat/wire.ts'
import { type CloudService, startCloudService } from '../support/cloud-service.ts'
import { someone } from '../support/people.ts'
import { useLocal } from './local.ts'

const { stack, world, settings } = useLocal()

let service: CloudService
beforeAll(async () => {
  service = await startCloudService({ appId: settings.WECHAT_APP_ID ?? '' })
})
afterAll(() => service.close())

/** Goes to third-party platforms, which have no cloud function. */
const TICKET = 'component_verify_ticket'
const CASES = [
  ...SAMPLE_NAMES.filter((name) => name !== TICKET).map((name) => [name, ''] as const),
  ...['帮助', '官网', '海报', '下单', '订单 20260002', '订单 999999', '人工', '你好 👋🏽'].map(
    (say) => ['text', say] as const,
  ),
]

/** What was sent to a person: which call, and with what; a media id is another one in each world. */
const sentTo = (
  calls: readonly { readonly path: string; readonly body: unknown }[],
  openId: string,
): readonly unknown[] =>
  calls.flatMap(({ path, body }) =>
    Reflect.get(body as object, 'touser') === openId
      ? [{ path, body: JSON.parse(JSON.stringify(body).replace(/"((?:thumb_)?media_id)":"[^"]+"/g, '"$1":"…"')) }]
      : [],
  )

/** Of an answer that is more than the word `success`. */
const fieldsOf = (outcome: CloudOutcome): WireTree | undefined =>
  'result' in outcome && outcome.result === 'success'
    ? undefined
    : readWire(JSON.stringify('result' in outcome ? outcome.result : outcome)).fields

describe('the same push, on Lambda and as a cloud function', () => {
  test.each(CASES)('%s %s: the same answer, and the same messages reach WeChat', async (name, say) => {
    const openId = someone()
    const { account } = world()
    const words = say === '' ? {} : { say }
    const text = writeSample(name, { appId: account.appId, format: 'json', openId, clock: stack().clock, ...words })
    const about = personOf(readPushText(text).fields)

    const [pushed] = await world().push({ sample: name, format: 'json', text })
    await world().settled()
    const cloud = await service.push(JSON.parse(text.replace(/("MsgId":)(\d+)/, '$1"$2"')), {})
    await expect.poll(() => sentTo(service.wechat.outbox(), about).length).toBe(sentTo(world().calls(), about).length)

    expect(pushed).toMatchObject({ status: 200, verdict: { kind: 'delivered' } })
    expect([Reflect.get(pushed?.verdict ?? {}, 'fields')]).toEqual([fieldsOf(cloud)])
    expect(sentTo(service.wechat.outbox(), about)).toEqual(sentTo(world().calls(), about))
  })

  test('has been seen to send messages of every sort', () => {
    const sorts = service.wechat.outbox().map(({ body }) => Reflect.get(body as object, 'msgtype'))
    for (const sort of ['text', 'image', 'link', 'miniprogrampage']) expect(sorts).toContain(sort)
    expect(service.fn.strangers()).toEqual([])
  })
})
