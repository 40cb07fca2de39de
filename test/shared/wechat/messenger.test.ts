import { describe, expect, it } from 'vitest'
import type { MsgId, OpenId, TemplateId } from '../../../shared/kernel/ids.ts'
import type { WeChatApi } from '../../../shared/wechat/api.ts'
import type { Media } from '../../../shared/wechat/media.ts'
import { apiMessenger } from '../../../shared/wechat/messenger.ts'
import { OPEN_ID } from '../../support/build.ts'

const TO = OPEN_ID as OpenId
const MEDIA: Media = { use: (picture, use) => use('url' in picture ? `id of ${picture.url}` : picture.mediaId) }
const UNUSED = () => Promise.reject(new Error('not to be called'))

function aMessenger() {
  const sent: unknown[] = []
  const api: WeChatApi = {
    sendCustomerMessage: async (to, message) => void sent.push([to, message]),
    typing: async (to, isOn) => void sent.push([to, isOn]),
    sendSubscribeMessage: async (to, message) => {
      sent.push([to, message])
      return '1864323726461255681' as MsgId
    },
    uploadImage: UNUSED,
    templateList: UNUSED,
    callbackCheck: UNUSED,
  }
  return { sent, messenger: apiMessenger(api, MEDIA) }
}

describe('apiMessenger', () => {
  it('sends a text', async () => {
    const { sent, messenger } = aMessenger()
    await messenger.send(TO, { kind: 'text', content: '你好' })
    expect(sent).toEqual([[TO, { kind: 'text', content: '你好' }]])
  })

  it('sends a text as it is', async () => {
    const { sent, messenger } = aMessenger()
    await messenger.send(TO, { kind: 'text', content: ' 你好\n' })
    expect(sent).toEqual([[TO, { kind: 'text', content: ' 你好\n' }]])
  })

  it('sends a link, and pictures by their media id', async () => {
    const { sent, messenger } = aMessenger()
    const link = { kind: 'link', title: 'a', description: 'b', url: 'https://c', thumbUrl: 'https://d' } as const
    await messenger.send(TO, link)
    await messenger.send(TO, { kind: 'image', picture: { url: 'https://p' } })
    await messenger.send(TO, { kind: 'miniprogrampage', title: 'a', pagePath: 'p', thumb: { mediaId: 'M1' } })
    expect(sent).toEqual([
      [TO, link],
      [TO, { kind: 'image', mediaId: 'id of https://p' }],
      [TO, { kind: 'miniprogrampage', title: 'a', pagePath: 'p', thumbMediaId: 'M1' }],
    ])
  })

  it('types, and hands back the msgid of a subscribe message', async () => {
    const { sent, messenger } = aMessenger()
    await messenger.typing(TO, true)
    const message = { templateId: 'TMPL_A' as TemplateId, data: {} }
    expect(await messenger.subscribe(TO, message)).toBe('1864323726461255681')
    expect(sent).toEqual([
      [TO, true],
      [TO, message],
    ])
  })
})
