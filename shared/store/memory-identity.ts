import { Fault } from '../kernel/fault.ts'
import type { OpenId, UserId } from '../kernel/ids.ts'
import { type Identities, type Identity, withUnionId } from './identity.ts'

/** The people of an app, for one process and for tests. */
export function memoryIdentities(): Identities {
  const byUser = new Map<UserId, Identity>()
  const byPerson = new Map<OpenId, Identity>()
  return {
    ofUser: async (userId) => byUser.get(userId),
    ofPerson: async (openId) => byPerson.get(openId),
    async join(asked) {
      const known = byPerson.get(asked.openId)
      const identity = known === undefined ? asked : withUnionId(known, asked.unionId)
      if (known === undefined && byUser.has(asked.userId)) throw new Fault('USER_ID_TAKEN')
      byUser.set(identity.userId, identity)
      byPerson.set(identity.openId, identity)
      return identity
    },
  }
}
