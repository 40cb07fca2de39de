import { type Callback, readCallback } from '../../shared/im/callback.ts'
import type { ImTrust } from '../../shared/im/receive.ts'
import { signCallback } from '../../shared/im/signature.ts'
import type { SdkAppId, UserId } from '../../shared/kernel/ids.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { type Seconds, seconds } from '../../shared/kernel/time.ts'
import file from '../fixtures/vectors/im-callbacks.json' with { type: 'json' }
import { NOW } from './build.ts'

export const IM_TOKEN = 'imCallbackToken2024'
export const SDK_APP_ID = '1400000000' as SdkAppId
export const ADMIN = 'administrator' as UserId
export const ALICE = 'alice' as UserId
export const BOB = 'bob' as UserId

export const anImTrust = (changes: Partial<ImTrust> = {}): ImTrust => ({
  sdkAppId: SDK_APP_ID,
  tokens: [new Secret(IM_TOKEN)],
  ...changes,
})

type Members = Readonly<Record<string, unknown>>

/** What alice has written to bob, as IM says it. */
export const aMessageBody = (changes: Members = {}): Members => ({
  CallbackCommand: 'C2C.CallbackAfterSendMsg',
  From_Account: ALICE,
  To_Account: BOB,
  MsgSeq: 48374,
  MsgRandom: 2837546,
  MsgTime: NOW,
  MsgKey: `48374_2837546_${NOW}`,
  OnlineOnlyFlag: 0,
  MsgBody: [textElement('在吗？')],
  CloudCustomData: '',
  SendMsgResult: 0,
  ErrorInfo: 'send msg succeed',
  ...changes,
})

export const aGroupBody = (changes: Members = {}): Members => ({
  CallbackCommand: 'Group.CallbackAfterSendMsg',
  GroupId: '@TGS#1ABCDEF',
  Type: 'Public',
  From_Account: ALICE,
  Operator_Account: ALICE,
  Random: 2837546,
  MsgSeq: 7,
  MsgTime: NOW,
  OnlineOnlyFlag: 0,
  MsgBody: [textElement('@bob 开会')],
  GroupAtInfo: [{ GroupAtAllFlag: 0, GroupAt_Account: BOB }],
  EventTime: NOW * 1000,
  ...changes,
})

export const aStateBody = (changes: Members = {}): Members => ({
  CallbackCommand: 'State.StateChange',
  EventTime: NOW * 1000,
  Info: { Action: 'Login', To_Account: BOB, Reason: 'Register' },
  ...changes,
})

export const textElement = (text: string) => ({ MsgType: 'TIMTextElem', MsgContent: { Text: text } })

interface Signing {
  readonly token?: string
  readonly now?: Seconds
  readonly platform?: string
}

/** The query that IM appends, signed. */
export function aCallbackQuery(
  command: string,
  { token = IM_TOKEN, now = NOW, platform = 'Web' }: Signing = {},
): string {
  return new URLSearchParams({
    SdkAppid: SDK_APP_ID,
    CallbackCommand: command,
    contenttype: 'json',
    ClientIP: '203.0.113.7',
    OptPlatform: platform,
    RequestTime: String(now),
    Sign: signCallback(new Secret(token), String(now)),
  }).toString()
}

/** A callback as IM posts it. */
export const aCallback = (body: Members = aMessageBody(), signing: Signing = {}) => ({
  query: aCallbackQuery(String(body.CallbackCommand), signing),
  body: JSON.stringify(body),
})

/** What is read of a body. */
export const readBody = (body: Members, platform = 'web' as const): Callback =>
  readCallback(body, { command: String(body.CallbackCommand), platform, requestTime: String(NOW - 7) })

/** Requests whose shapes follow Tencent's documentation, with the answer that each expects. */
export const IM_FIXTURES = file.fixtures.map(({ name, note, query, ...fixture }) => ({
  ...fixture,
  name: note === '' ? name : `${name} (${note})`,
  query: queryOf(query),
}))

function queryOf(members: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) if (value !== undefined) query.set(name, value)
  return query.toString()
}

/** When the fixtures were signed. */
export const FIXTURES_NOW = seconds(file.now)
