import type { OpenId } from '../kernel/ids.ts'
import { scalarOf, type WireTree } from './wire.ts'

/** Payments and account events come from an account of WeChat's and name their person here. */
const NAMES = ['OpenId', 'OpenID', 'open_id', 'user_openid']

/** Whom a push is about: everything about one person is kept, worked off in order, and erased together. */
export function personOf(fields: WireTree): OpenId {
  const named = NAMES.map((name) => scalarOf(fields[name]).trim()).find((openId) => openId !== '')
  return (named ?? scalarOf(fields.FromUserName)) as OpenId
}
