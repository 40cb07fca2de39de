import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { StreamEvent } from '../../dev/emulator/event-source.ts'
import type { WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { deliver } from '../../dev/simulator/delivery.ts'
import { processApp } from '../../functions/process/app.ts'
import { messengerOf } from '../../functions/process/messenger.ts'
import { pushApp } from '../../functions/push/app.ts'
import { tickApp } from '../../functions/tick/app.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import type { Secret } from '../../shared/kernel/secret.ts'
import { type Clock, hours, millis, systemSleep, toSeconds } from '../../shared/kernel/time.ts'
import { deciderOf } from '../../shared/reply/decide.ts'
import { dynamoDue } from '../../shared/store/dynamo-due.ts'
import { dynamoInbox } from '../../shared/store/dynamo-inbox.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { readPushText } from '../../shared/wechat/receive.ts'
import { scalarOf, type WireDraft, writeWire } from '../../shared/wechat/wire.ts'
import { account } from '../cases.ts'
import type { Journal } from './journal.ts'
import { HANDLERS, RULES } from './rules.ts'

export interface Surroundings {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly clock: Clock
  readonly noted: Journal
  readonly wechat: WeChatApi
  readonly secret: Secret
}

const RETENTION = hours(72)
export const PLENTY = () => millis(300_000)

/** push, process and tick, put together as their handlers do it. */
export function functionsOf(surroundings: Surroundings) {
  const { client, tableName, clock, noted, wechat, secret } = surroundings
  const { appId } = account
  const world = worldOf(surroundings)
  const { log } = world
  const trust = { appId, tokens: [account.token], keys: [account.key], mode: 'safe', maxAge: RETENTION } as const
  const push = pushApp({ trust, inbox: dynamoInbox(client, tableName, clock, RETENTION), clock, log })
  const settings = { appId, appSecret: secret, apiBase: wechat.url, tableName }
  const process = processApp({
    ...world,
    appId,
    longTermTemplates: [],
    decide: deciderOf(RULES),
    handlers: HANDLERS,
    messenger: messengerOf(settings, client, world),
    work: dynamoWork(client, tableName, clock),
    random: () => 1,
  })
  const tick = tickApp({ due: dynamoDue(client, tableName), clock, log })

  return {
    /** As WeChat sends it: signed and sealed. */
    receive: async (draft: WireDraft): Promise<void> => {
      const text = writeWire('json', draft)
      const { fields } = readPushText(text)
      const kind = scalarOf(fields.MsgType) === 'event' ? scalarOf(fields.Event) : scalarOf(fields.MsgType)
      wechat.observe({ openId: personOf(fields), kind, fields })
      const { query, body } = deliver(account, text, { mode: 'safe', now: toSeconds(clock()) })
      const request = { method: 'POST', path: '/push', query, body: Buffer.from(body) }
      const answer = await noted.invoke('push', () => push(request))
      if (answer.status !== 200) throw new Error(`push answered ${answer.status}`)
      noted.answered(answer.body)
    },
    tick: (): Promise<unknown> => noted.invoke('tick', () => tick(PLENTY)),
    /** Those that the table's stream invokes, by name. */
    ofStream: {
      process: (event: StreamEvent): Promise<unknown> => {
        noted.work(event.Records.length)
        return noted.invoke('process', () => process(eventOf(event), PLENTY))
      },
    },
  }
}

/** What surrounds each function, and notes what it does. */
export const worldOf = ({ clock, noted }: Pick<Surroundings, 'clock' | 'noted'>) => ({
  fetch: counting(noted),
  clock,
  sleep: systemSleep,
  log: jsonLog({ threshold: 'info', namespace: 'weapp-push-prod', clock, write: noted.line }),
})

const counting =
  (noted: Journal): typeof fetch =>
  async (address, init) => {
    if (typeof init?.body === 'string') noted.sent(Buffer.byteLength(init.body))
    return await fetch(address, init)
  }

/** What of a record the functions read. */
export const eventOf = ({ Records }: StreamEvent) => ({
  Records: Records.map(({ dynamodb: { Keys, NewImage, SequenceNumber } }) => ({
    dynamodb: {
      Keys: { pk: { S: Keys.pk?.S ?? '' }, sk: { S: Keys.sk?.S ?? '' } },
      ...(NewImage?.sentAtSec?.N === undefined ? {} : { NewImage: { sentAtSec: { N: NewImage.sentAtSec.N } } }),
      SequenceNumber,
    },
  })),
})
