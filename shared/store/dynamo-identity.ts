import {
  type DynamoDBClient,
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { Fault } from '../kernel/fault.ts'
import type { AppId, OpenId, UserId } from '../kernel/ids.ts'
import { millis } from '../kernel/time.ts'
import { type Identities, type Identity, withUnionId } from './identity.ts'
import { type Item, keyItem, numberOf } from './item.ts'
import { identityKey, imKey, personKey } from './key.ts'
import { isDone, tableCall } from './table-call.ts'

/** Who is outrun by another login of the same person finds what that one wrote; this many transactions in a row is no coincidence. */
const ROUNDS = 20

/** The people of an app in the table of infra/table.yml: the same item under the UserID and under the openid. */
export function dynamoIdentities(client: DynamoDBClient, tableName: string, appId: AppId): Identities {
  async function find(under: string): Promise<Item | undefined> {
    const Key = keyItem(identityKey(under))
    const command = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true })
    return (await tableCall((options) => client.send(command, options))).Item
  }

  async function ofKey(im: string): Promise<Identity | undefined> {
    const item = await find(im)
    return item?.appId?.S === appId ? identityOf(item) : undefined
  }

  async function ofPerson(openId: OpenId): Promise<Identity | undefined> {
    const item = await find(personKey(appId, openId))
    return item === undefined ? undefined : identityOf(item)
  }

  /** The SDK gives the transaction a token, so that a repeated call is the same one. */
  async function write(identity: Identity, known: Identity | undefined): Promise<boolean> {
    const TransactItems = writesOf(identity, known)
    return await isDone(tableCall((options) => client.send(new TransactWriteItemsCommand({ TransactItems }), options)))
  }

  function writesOf(identity: Identity, known: Identity | undefined): TransactWriteItem[] {
    const { userId, openId } = identity
    const item = identityItem(identity, appId)
    const isTheirs = { ':appId': { S: appId }, ':openId': { S: openId } }
    return [
      {
        Put: {
          TableName: tableName,
          Item: { ...keyItem(identityKey(imKey(userId))), ...item },
          ConditionExpression: 'attribute_not_exists(pk) OR (appId = :appId AND openId = :openId)',
          ExpressionAttributeValues: isTheirs,
        },
      },
      {
        Put: {
          TableName: tableName,
          Item: { ...keyItem(identityKey(personKey(appId, openId))), ...item },
          ...(known === undefined ? { ConditionExpression: 'attribute_not_exists(pk)' } : isStill(known)),
        },
      },
    ]
  }

  async function join(asked: Identity): Promise<Identity> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const known = await ofPerson(asked.openId)
      const identity = known === undefined ? asked : withUnionId(known, asked.unionId)
      if (identity === known || (await write(identity, known))) return identity
      if (known === undefined && (await isTaken(asked))) throw new Fault('USER_ID_TAKEN')
    }
    throw new Fault('TABLE_UNAVAILABLE', { because: 'contention' })
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
