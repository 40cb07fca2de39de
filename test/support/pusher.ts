import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { StackClock } from '../../dev/emulator/stack-clock.ts'
import type { WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { hours, toSeconds } from '../../shared/kernel/time.ts'
import { dynamoInbox } from '../../shared/store/dynamo-inbox.ts'
import { pushKey } from '../../shared/store/inbox.ts'
import type { ItemKey } from '../../shared/store/key.ts'
import { dedupKeyOf } from '../../shared/wechat/dedup.ts'
import { isConversation, readMessage } from '../../shared/wechat/message.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { readWire, type WireDraft, writeWire } from '../../shared/wechat/wire.ts'
import { APP_ID } from './build.ts'

/** WeChat pushes: once to us, or more often. */
export type Pusher = (draft: WireDraft, times?: number) => Promise<ItemKey>

interface PusherWorld {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly stack: StackClock
  readonly api: WeChatApi
  /** How much time passes before each. */
  readonly pauseMs: number
}

/** What push does with a push that is genuine, after the simulated WeChat has seen it. */
export function pusher({ client, tableName, stack, api, pauseMs }: PusherWorld): Pusher {
  const { clock } = stack
  const inbox = dynamoInbox(client, tableName, clock, hours(72))
  return async (draft, times = 1) => {
    stack.advance(pauseMs)
    const text = writeWire('json', draft)
    const { fields } = readWire(text)
    const openId = personOf(fields)
    const { kind } = readMessage(fields)
    const push = {
      appId: APP_ID,
      openId,
      dedupKey: dedupKeyOf(fields),
      message: kind,
      format: 'json',
      sealed: true,
      isConversation: isConversation(kind),
      text,
    }
    api.observe({ openId, kind, fields })
    for (let n = 0; n < times; n += 1) await inbox.accept({ ...push, signedAt: toSeconds(clock()) })
    return pushKey({ ...push, signedAt: toSeconds(clock()) })
  }
}
