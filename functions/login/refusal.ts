import { Fault } from '../../shared/kernel/fault.ts'
import { nextOf } from '../../shared/wechat/errcode.ts'

/**
 * What WeChat has against a code or a person is the caller's matter; the rest is ours.
 * @throws {Fault} always: LOGIN_REFUSED, LOGIN_TOO_OFTEN, or what it was
 */
export function asLogin(cause: unknown): never {
  if (!(cause instanceof Fault) || cause.code !== 'WECHAT_REFUSED') throw cause
  const { errcode = 0, meaning = 'unknown' } = cause.facts
  switch (nextOf(cause)) {
    case 'end':
      throw new Fault('LOGIN_REFUSED', { because: meaning, errcode }, { cause })
    case 'in-a-minute':
      throw new Fault('LOGIN_TOO_OFTEN', { because: meaning, errcode }, { cause })
    default:
      throw cause
  }
}
