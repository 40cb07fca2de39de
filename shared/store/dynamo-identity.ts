import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Fault } from '../kernel/fault.ts'
import type { AppId, OpenId, UserId } from '../kernel/ids.ts'
import { millis } from '../kernel/time.ts'
import { contention, ROUNDS } from './contention.ts'
import { itemAt } from './dynamo-reads.ts'
import { transact, type Write } from './dynamo-writes.ts'
import { type Identities, type Identity, withUnionId } from './identity.ts'
import { type Item, keyItem, numberOf } from './item.ts'
import { identityKey, imKey, personKey } from './key.ts'

/** The people of an app in the table of infra/table.yml: the same item under the UserID and under the openid. */
export function dynamoIdentities(client: DynamoDBClient, tableName: string, appId: AppId): Identities {
  const find = (under: string): Promise<Item | undefined> => itemAt(client, tableName, identityKey(under))

  async function ofKey(im: string): Promise<Identity | undefined> {
    const item = await find(im)
    return item?.appId?.S === appId ? identityOf(item) : undefined
  }

  async function ofPerson(openId: OpenId): Promise<Identity | undefined> {
    const item = await find(personKey(appId, openId))
    return item === undefined ? undefined : identityOf(item)
  }

  function writesOf(identity: Identity, known: Identity | undefined): readonly Write[] {
    const { userId, openId } = identity
    const item = identityItem(identity, appId)
    const isTheirs = { ':appId': { S: appId }, ':openId': { S: openId } }
    return [
      {
        put: {
          Item: { ...keyItem(identityKey(imKey(userId))), ...item },
          ConditionExpression: 'attribute_not_exists(pk) OR (appId = :appId AND openId = :openId)',
          ExpressionAttributeValues: isTheirs,
        },
      },
      {
        put: {
          Item: { ...keyItem(identityKey(personKey(appId, openId))), ...item },
          ...(known === undefined ? { ConditionExpression: 'attribute_not_exists(pk)' } : isStill(known)),
        },
      },
    ]
  }

  /** Who is outrun by another login of the same person finds what that one wrote. */
  async function join(asked: Identity): Promise<Identity> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const known = await ofPerson(asked.openId)
      const identity = known === undefined ? asked : withUnionId(known, asked.unionId)
      if (identity === known || (await transact(client, tableName, writesOf(identity, known)))) return identity
      if (known === undefined && (await isTaken(asked))) throw new Fault('USER_ID_TAKEN')
    }
    throw contention()
  }

  async function isTaken({ userId, openId }: Identity): Promise<boolean> {
    const item = await find(imKey(userId))
    return item !== undefined && !(item.appId?.S === appId && item.openId?.S === openId)
  }

  return { ofUser: (userId) => ofKey(imKey(userId)), ofKey, ofPerson, join }
}

const isStill = ({ userId, since }: Identity) => ({
  ConditionExpression: 'userId = :userId AND version = :version AND attribute_not_exists(unionId)',
  ExpressionAttributeValues: { ':userId': { S: userId }, ':version': { N: String(since) } },
})

/** The version is the moment of joining: who erases one identity does not erase the next. */
const identityItem = ({ userId, openId, unionId, since }: Identity, appId: AppId): Item => ({
  kind: { S: 'identity' },
  userId: { S: userId },
  appId: { S: appId },
  openId: { S: openId },
  ...(unionId === undefined ? {} : { unionId: { S: unionId } }),
  version: { N: String(since) },
})

const identityOf = ({ userId, openId, unionId, version }: Item): Identity => ({
  userId: (userId?.S ?? '') as UserId,
  openId: (openId?.S ?? '') as OpenId,
  ...(unionId?.S === undefined ? {} : { unionId: unionId.S }),
  since: millis(numberOf(version)),
})
