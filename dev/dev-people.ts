import { FAULTS, Fault } from '../shared/kernel/fault.ts'
import type { AppId, OpenId, TemplateId, UserId } from '../shared/kernel/ids.ts'
import { dynamoIdentities } from '../shared/store/dynamo-identity.ts'
import { dynamoWork } from '../shared/store/dynamo-work.ts'
import { personKey } from '../shared/store/key.ts'
import { StackError } from './emulator/stack-error.ts'
import type { WeChatApi } from './simulator/api/wechat-api.ts'
import type { Stack } from './stack.ts'

/** Somebody quicker is met once or twice, not ten times. */
const ROUNDS = 10

/** Joins a person's two names, as a login does. @throws {StackError} REQUEST_INVALID when the UserID is another person's */
export async function giveIdentity(stack: Stack, appId: AppId, userId: UserId, openId: OpenId): Promise<void> {
  const identities = dynamoIdentities(stack.client, stack.tableName, appId)
  try {
    await identities.join({ userId, openId, since: stack.clock() })
  } catch (cause) {
    if (!(cause instanceof Fault && cause.code === 'USER_ID_TAKEN')) throw cause
    throw new StackError('REQUEST_INVALID', `USER_ID_TAKEN ${FAULTS.USER_ID_TAKEN.hint} ${FAULTS.USER_ID_TAKEN.zh}`, {
      cause,
    })
  }
}

type Table = Pick<Stack, 'client' | 'tableName' | 'clock'>

/**
 * As if the person had allowed it so often: here, and with the simulated WeChat.
 * @throws {Fault} TABLE_UNAVAILABLE, also when somebody was quicker each time
 */
export async function givePermit(
  stack: Table,
  wechat: Pick<WeChatApi, 'allow'>,
  { appId, openId, template, remaining }: { appId: AppId; openId: OpenId; template: TemplateId; remaining: number },
): Promise<void> {
  wechat.allow(openId, template, remaining)
  const work = dynamoWork(stack.client, stack.tableName, stack.clock)
  const person = personKey(appId, openId)
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await work.permit(person, template, false)
    const permit = { ...before, base: remaining, events: [], open: [] }
    if ((await work.commit({ permits: [{ person, permit }] })) !== undefined) return
  }
  throw new Fault('TABLE_UNAVAILABLE', { because: 'contention' })
}
