import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { MsgId, OpenId, TemplateId, UserId } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { type Millis, toSeconds } from '../../shared/kernel/time.ts'
import type { OrderDeps } from '../../shared/notify/order.ts'
import type { SendRequest } from '../../shared/notify/request.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoOrders } from '../../shared/store/dynamo-order.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { personKey } from '../../shared/store/key.ts'
import { type Permit, remaining, told, withEvent } from '../../shared/store/permit.ts'
import { APP_ID, aClock } from './build.ts'
import { someone } from './people.ts'
import { scriptedWeChat } from './scripted-wechat.ts'
import type { TestTable } from './table.ts'

/** 订单发货通知 */
export const SHIPPED = 'kM0x3Zr8qLJt5wVnYbD2sFhGc7uEaPoI9RlQvXT4yNm' as TemplateId
export const SHIPPED_DATA = {
  character_string1: '20260001',
  thing2: '茶叶',
  phrase3: '顺丰',
  character_string4: 'SF1000',
  time5: '2026年1月2日 15:01',
}

export const aSendRequest = (changes: Partial<SendRequest> = {}): SendRequest => ({
  to: someone(),
  message: { templateId: SHIPPED, data: SHIPPED_DATA },
  idempotencyKey: randomUUID(),
  ...changes,
})

/** Requests on a real table, WeChat by a script, and pauses that are turns of this process. */
const SILENT = jsonLog({ threshold: 'silent' })

export function ordering(table: TestTable, template: TemplateId = SHIPPED) {
  const [clock, wechat] = [aClock(), scriptedWeChat()]
  const pauses: Millis[] = []
  const client = table.client()
  const work = dynamoWork(client, table.tableName, clock)
  const permitOf = (person: string): Promise<Permit> => work.permit(person, template, false)
  const keyOf = (openId: string): string => personKey(APP_ID, openId)

  const depsOn = (given: DynamoDBClient): OrderDeps => {
    const permits = dynamoWork(given, table.tableName, clock)
    return {
      orders: dynamoOrders(given, table.tableName, clock),
      identities: dynamoIdentities(given, table.tableName, APP_ID),
      permit: (person, templateId) => permits.permit(person, templateId, false),
      sendSubscribeMessage: wechat.sendSubscribeMessage,
      appId: APP_ID,
      clock,
      sleep: async (span) => {
        pauses.push(span)
        for (let turns = 0; turns < span; turns += 1) await nextTurn()
      },
      random: Math.random,
      log: SILENT,
    }
  }

  async function change(openId: string, to: (permit: Permit) => Permit): Promise<void> {
    const permit = to(await permitOf(keyOf(openId)))
    if ((await work.commit({ permits: [{ person: keyOf(openId), permit }] })) === undefined) throw new Error('outrun')
  }

  return {
    clock,
    wechat,
    pauses,
    deps: depsOn(client),
    depsOn,
    allow: (openId: string, count: number) => change(openId, (permit) => ({ ...permit, base: count })),
    withdraw: (openId: string) =>
      change(openId, (permit) => withEvent(permit, { kind: 'clear', at: toSeconds(clock()) })),
    left: async (openId: string): Promise<number> => remaining(await permitOf(keyOf(openId))),
    open: async (openId: string) => (await permitOf(keyOf(openId))).open,
    /** `subscribe_msg_sent_event` of a message that WeChat took. */
    tellSent: (openId: string, msgId: MsgId) => change(openId, (permit) => told(permit, msgId, toSeconds(clock()))),
    join: (userId: string, openId: string) =>
      dynamoIdentities(client, table.tableName, APP_ID).join({
        userId: userId as UserId,
        openId: openId as OpenId,
        since: clock(),
      }),
  }
}
