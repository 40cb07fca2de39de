// The least that a cloud function which answers can cost to start: one call by the same SDK.
import cloud from 'wx-server-sdk'

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV } as never)

export async function main({ FromUserName: touser }: { readonly FromUserName: string }): Promise<string> {
  await cloud.openapi.customerServiceMessage.send({ touser, msgtype: 'text', text: { content: '收到' } })
  return 'success'
}
