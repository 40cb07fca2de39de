import { sha256 } from '../kernel/bytes.ts'
import { isTree, scalarOf, type Wire, type WireTree } from './wire.ts'

const MSG_ID = /^[1-9]\d*$/

/**
 * What makes two deliveries the same push, beside the AppID and the openid: the `MsgId` of a message, or an event's CreateTime,
 * name and a hash of what it says. Timestamp, nonce and ciphertext are no part of it, a retry may be signed and sealed anew; nor
 * is `RetryTimes`, with which a retry counts itself, nor our catalogue, or a new row in it would make an old push a new one.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function dedupKeyOf(fields: WireTree): string {
  const { RetryTimes: _, ...said } = fields
  const { MsgType, MsgId, CreateTime, Event } = said
  const isEvent = typeof MsgType === 'string' && MsgType.toLowerCase() === 'event'
  if (!isEvent && typeof MsgId === 'string' && MSG_ID.test(MsgId)) return `msg-${MsgId}`
  const name = scalarOf(Event) || scalarOf(MsgType) || 'unknown'
  return `event-${scalarOf(CreateTime) || 0}-${name}-${sha256(JSON.stringify(spelled(said)))}`
}

/** WeChat writes a list of one entry as a list or as the entry, and promises no order of members. */
function spelled(wire: Wire): unknown {
  if (isTree(wire))
    return {
      members: Object.entries(wire)
        .sort(byName)
        .map(([name, member]) => [name, spelled(member)]),
    }
  if (typeof wire === 'string') return wire
  const [only, ...others] = wire
  return only !== undefined && others.length === 0 ? spelled(only) : wire.map(spelled)
}

const byName = ([left]: readonly [string, Wire], [right]: readonly [string, Wire]): number => (left < right ? -1 : 1)
