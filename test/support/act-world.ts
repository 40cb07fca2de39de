import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { tickApp } from '../../functions/tick/app.ts'
import { act } from '../../shared/act/act.ts'
import type { ActDeps } from '../../shared/act/deps.ts'
import type { MsgId, OpenId, TemplateId } from '../../shared/kernel/ids.ts'
import { jsonLog, type Log } from '../../shared/kernel/log.ts'
import { type Clock, hours, type Millis, millis, type Sleep, toSeconds } from '../../shared/kernel/time.ts'
import { decide, deciderOf } from '../../shared/reply/decide.ts'
import type { Handler } from '../../shared/reply/handler.ts'
import type { RuleTable } from '../../shared/reply/rule.ts'
import { dynamoDue } from '../../shared/store/dynamo-due.ts'
import { dynamoInbox } from '../../shared/store/dynamo-inbox.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { type Inbox, pushKey } from '../../shared/store/inbox.ts'
import { type Item, keyItem } from '../../shared/store/item.ts'
import { type ItemKey, personKey } from '../../shared/store/key.ts'
import { remaining } from '../../shared/store/permit.ts'
import type { Work } from '../../shared/store/work.ts'
import { dedupKeyOf } from '../../shared/wechat/dedup.ts'
import { isConversation, readMessage } from '../../shared/wechat/message.ts'
import type { Messenger } from '../../shared/wechat/outgoing.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { readWire, type WireDraft, writeWire } from '../../shared/wechat/wire.ts'
import { APP_ID, aClock } from './build.ts'
import type { TestTable } from './table.ts'

/** What the messenger was asked to do, in order. */
type Sent = { readonly to: OpenId; readonly what: string }

export interface WorldOver {
  readonly deps: ActDeps
  readonly clock: ReturnType<typeof aClock>
  readonly sent: Sent[]
  /** What the messenger throws next, instead of sending. */
  readonly failures: unknown[]
  readonly lines: Record<string, unknown>[]
  accept(draft: WireDraft): Promise<ItemKey>
  /** The same, as WeChat wrote it. */
  acceptText(text: string): Promise<ItemKey>
  act(key: ItemKey): Promise<void>
  /** Moves the clock, makes due work ready and works it off, oldest first. */
  later(span: Millis): Promise<void>
  remaining(openId: string, template: string): Promise<number>
}

export interface ActWorld extends WorldOver {
  item(key: ItemKey): Promise<Item | undefined>
}

interface WorldOptions {
  readonly handlers?: Readonly<Record<string, Handler>>
  readonly longTermTemplates?: readonly TemplateId[]
  readonly sleep?: Sleep
  readonly rules?: RuleTable
}

/** Time stands still: nothing that waits for it goes on. */
const untilAborted: Sleep = (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))

let messageId = 0

/** Where pushes are kept, and what is known about people. */
interface Kept {
  readonly work: Work
  readonly inbox: Inbox
  /** Makes due work ready; who is ready now, in any order. */
  wake(log: Log): Promise<readonly ItemKey[]>
}

/** On a table, of which one can see the items. */
export function actWorld(table: TestTable, options: WorldOptions = {}): ActWorld {
  const client = table.client()
  const item: ActWorld['item'] = async (key) => {
    const Key = keyItem(key)
    const command = new GetItemCommand({ TableName: table.tableName, Key, ConsistentRead: true })
    return (await client.send(command)).Item
  }
  return { ...actWorldOver((clock) => keptInTable(table, clock), options), item }
}

function keptInTable({ client: clientOf, tableName }: TestTable, clock: Clock): Kept {
  const client = clientOf()
  const work = dynamoWork(client, tableName, clock)
  const due = dynamoDue(client, tableName)
  return {
    work,
    inbox: dynamoInbox(client, tableName, clock, hours(72)),
    wake: async (log) => {
      const ready: ItemKey[] = []
      const watching = {
        ...due,
        ready: async (key: ItemKey, now: Millis) => {
          const isReady = await due.ready(key, now)
          if (isReady) ready.push(key)
          return isReady
        },
      }
      await tickApp({ due: watching, clock, log })(() => millis(60_000))
      return ready
    },
  }
}

/** Everything that acts on an accepted push but WeChat, which is a messenger that notes what it is asked. */
export function actWorldOver(keep: (clock: Clock) => Kept, options: WorldOptions = {}): WorldOver {
  const clock = aClock()
  const sent: Sent[] = []
  const failures: unknown[] = []
  const lines: Record<string, unknown>[] = []
  const note = (to: OpenId, what: string): void => {
    const failure = failures.shift()
    if (failure !== undefined) throw failure
    sent.push({ to, what })
  }
  const messenger: Messenger = {
    send: async (to, message) => note(to, message.kind === 'text' ? message.content : message.kind),
    typing: async () => undefined,
    subscribe: async (to, { templateId }) => {
      note(to, `subscribe ${templateId}`)
      return `18643237264612556${++messageId}` as MsgId
    },
  }
  const { work, inbox, wake } = keep(clock)
  const deps: ActDeps = {
    decide: options.rules === undefined ? decide : deciderOf(options.rules),
    work,
    messenger,
    handlers: options.handlers ?? {},
    appId: APP_ID,
    longTermTemplates: options.longTermTemplates ?? [],
    clock,
    sleep: options.sleep ?? untilAborted,
    random: () => 1,
    log: jsonLog({ threshold: 'debug', clock, write: (line) => void lines.push(JSON.parse(line)) }),
  }

  async function acceptText(text: string): Promise<ItemKey> {
    const { fields } = readWire(text)
    const openId = personOf(fields)
    const dedupKey = dedupKeyOf(fields)
    const { kind } = readMessage(fields)
    const said = { message: kind, isConversation: isConversation(kind), format: 'json', sealed: true, text }
    const push = { appId: APP_ID, openId, dedupKey, ...said }
    await inbox.accept({ ...push, signedAt: toSeconds(clock()) })
    return pushKey({ ...push, signedAt: toSeconds(clock()) })
  }

  async function later(span: Millis): Promise<void> {
    clock.advance(toSeconds(span))
    const ready = await Promise.all(
      (await wake(deps.log)).map(async (key) => ({ key, acceptedAt: (await work.task(key))?.acceptedAt ?? millis(0) })),
    )
    for (const { key } of ready.sort((left, right) => left.acceptedAt - right.acceptedAt)) await act(key, deps)
  }

  return {
    deps,
    clock,
    sent,
    failures,
    lines,
    accept: (draft) => acceptText(writeWire('json', draft)),
    acceptText,
    act: (key) => act(key, deps),
    later,
    remaining: async (openId, template) => {
      const permit = await work.permit(personKey(APP_ID, openId), template as TemplateId, false)
      return remaining(permit)
    },
  }
}
