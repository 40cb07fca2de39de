import type { OpenId, UserId } from '../kernel/ids.ts'
import type { Millis } from '../kernel/time.ts'

/** One person in both worlds. Written by our own login alone: a callback proves nothing of this. */
export interface Identity {
  readonly userId: UserId
  readonly openId: OpenId
  readonly unionId?: string
  /** When the two were joined: what was sent to the person before is nothing to be told. */
  readonly since: Millis
}

/** @throws {Fault} TABLE_UNAVAILABLE */
export interface Identities {
  ofUser(userId: UserId): Promise<Identity | undefined>
  /** By the partition key of what IM tells of the person. */
  ofKey(im: string): Promise<Identity | undefined>
  ofPerson(openId: OpenId): Promise<Identity | undefined>
  /**
   * Joins both, in one transaction. Who is known already keeps their UserID: that one is returned.
   * @throws {Fault} USER_ID_TAKEN when the UserID is another person's
   */
  join(identity: Identity): Promise<Identity>
}

/** A mini program may be bound to the open platform later than a person came to it. */
export const withUnionId = (identity: Identity, unionId: string | undefined): Identity =>
  unionId === undefined || identity.unionId !== undefined ? identity : { ...identity, unionId }
