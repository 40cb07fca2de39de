import { Fault } from '../kernel/fault.ts'
import type { OpenId } from '../kernel/ids.ts'
import { type Identities, type Identity, withUnionId } from './identity.ts'
import { imKey } from './key.ts'

/** The people of an app, for one process and for tests. */
export function memoryIdentities(): Identities {
  const byKey = new Map<string, Identity>()
  const byPerson = new Map<OpenId, Identity>()
  return {
    ofUser: async (userId) => byKey.get(imKey(userId)),
    ofKey: async (im) => byKey.get(im),
    ofPerson: async (openId) => byPerson.get(openId),
    async join(asked) {
      const known = byPerson.get(asked.openId)
      const identity = known === undefined ? asked : withUnionId(known, asked.unionId)
      if (known === undefined && byKey.has(imKey(asked.userId))) throw new Fault('USER_ID_TAKEN')
      byKey.set(imKey(identity.userId), identity)
      byPerson.set(identity.openId, identity)
      return identity
    },
  }
}
