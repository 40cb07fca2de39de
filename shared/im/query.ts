import { Fault } from '../kernel/fault.ts'
import type { Platform } from '../kernel/platform.ts'
import { COMMAND } from './callback.ts'
import { platformOf } from './platform.ts'

/** What IM appends to the URL; whoever knows it can post for a minute, so it is never logged. */
export interface CallbackQuery {
  readonly sdkAppId: string
  readonly command: string
  /** Unix seconds as sent: the digits are what is signed. */
  readonly requestTime: string
  readonly sign: string
  /** The client's; what the command does, and not who calls. */
  readonly platform: Platform
}

/** @throws {Fault} CALLBACK_INCOMPLETE when one that counts is missing, malformed or there twice */
export function readQuery(query: string): CallbackQuery {
  const members = new URLSearchParams(query)
  const once = (parameter: string, pattern: RegExp): string => {
    const [value, ...others] = members.getAll(parameter)
    if (value === undefined || others.length > 0 || !pattern.test(value)) {
      throw new Fault('CALLBACK_INCOMPLETE', { parameter })
    }
    return value
  }
  return {
    sdkAppId: once('SdkAppid', /^\d{1,20}$/),
    command: once(COMMAND, /^[\w.]{1,100}$/),
    // Token and time are joined without a separator: fewer digits could stand behind a longer token.
    requestTime: once('RequestTime', /^\d{10}$/),
    sign: once('Sign', /^[\da-f]{64}$/i),
    platform: platformOf(members.get('OptPlatform') ?? ''),
  }
}
