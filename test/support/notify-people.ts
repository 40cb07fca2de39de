import { randomUUID } from 'node:crypto'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import type { OpenId, TemplateId, UserId } from '../../shared/kernel/ids.ts'
import { millis } from '../../shared/kernel/time.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { numberOf } from '../../shared/store/item.ts'
import { imKey, permitKey, personKey } from '../../shared/store/key.ts'
import { APP_ID } from './build.ts'
import type { NotifyWorld } from './notify-world.ts'
import { someone } from './people.ts'

/** Somebody in both worlds. */
export interface Person {
  readonly userId: UserId
  readonly openId: OpenId
}

/** Who has logged in once, has allowed so many messages, and is offline. */
export async function aPerson({ table, api, im, now }: NotifyWorld, permits = 1): Promise<Person> {
  const openId = someone() as OpenId
  const userId = `u${randomUUID().slice(0, 18)}` as UserId
  const since = millis(now())
  await dynamoIdentities(table.client, table.name, APP_ID).join({ userId, openId, since })
  im.importAccount(userId)
  api.allow(openId, MESSAGED, permits)
  const work = dynamoWork(table.client, table.name, () => since)
  const owner = personKey(APP_ID, openId)
  const before = await work.permit(owner, MESSAGED as TemplateId, false)
  await work.commit({ permits: [{ person: owner, permit: { ...before, base: permits } }] })
  return { userId, openId }
}

/** One subscribe message, as its reader sees it. */
export interface Card {
  readonly at: number
  readonly senders: string
  readonly count: number
}

export const cardsOf = ({ api }: NotifyWorld, { openId }: Pick<Person, 'openId'>): readonly Card[] =>
  api.delivered(openId).map(({ at, content }) => {
    const values = String(content.text)
      .split('\n')
      .map((line) => line.slice(line.indexOf(':') + 1))
    return { at: Date.parse(at), senders: values[0] ?? '', count: Number(values[3]) }
  })

/** What we count, and what WeChat does. */
export async function permitsOf({ table, api }: NotifyWorld, { openId }: Person): Promise<readonly [number, number]> {
  const { pk, sk } = permitKey(personKey(APP_ID, openId), MESSAGED as TemplateId)
  const item = (await table.items(pk)).find((each) => each.sk?.S === sk)
  return [numberOf(item?.remaining), api.state(openId).permits[MESSAGED] ?? 0]
}

export const notifyItemOf = async ({ table }: NotifyWorld, { userId }: Person) =>
  (await table.items(imKey(userId))).find(({ sk }) => sk?.S === 'notify')

/** How often IM was asked who is online, vain tries included. */
export const questions = ({ im }: NotifyWorld): number =>
  im.outbox().filter(({ path }) => path === '/v4/openim/query_online_status').length
