import { setTimeout as pause } from 'node:timers/promises'
import { buildBundles } from '../dev/bundles.ts'
import { giveIdentity, givePermit } from '../dev/dev-people.ts'
import { type Local, startLocal } from '../dev/local.ts'
import { accountOf, DEMO } from '../dev/settings.ts'
import { signOf } from '../dev/simulator/im/callback-sender.ts'
import type { OpenId, TemplateId, UserId } from '../shared/kernel/ids.ts'
import { Secret } from '../shared/kernel/secret.ts'
import { toSeconds } from '../shared/kernel/time.ts'

const PER_SECOND = 200
/** Whom the messages are for; they are offline and may be told. */
const PEOPLE = 100
const QUESTION = '/v4/openim/query_online_status'

/** How long IM waited for the answers to its callbacks, in milliseconds, beginning when each was due. */
export interface CallbackTimes {
  readonly callbacks: number
  /** Not answered with 200: the machine was too busy. */
  readonly failed: number
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** How often IM was asked meanwhile who is online. */
  readonly questions: number
}

export interface ImMeasured {
  readonly perSecond: number
  readonly seconds: number
  readonly answering: CallbackTimes
  /** IM's REST API takes every call and answers none. */
  readonly hanging: CallbackTimes
}

/** The built functions in the local stack, at so many messages a second for so long, and the same while IM's API hangs. */
export async function measureIm(seconds: number): Promise<ImMeasured> {
  buildBundles()
  const stack = await startLocal({ port: 0, env: DEMO })
  try {
    await callbacksTo(stack, await aCrowd(stack, 'warm'), 0.5)
    await stack.advance(15_000)
    await stack.settled()
    const answering = await callbacksTo(stack, await aCrowd(stack, 'answering'), seconds)
    stack.im.fail({ path: '*', times: 1_000_000, hang: true })
    const hanging = await callbacksTo(stack, await aCrowd(stack, 'hanging'), seconds)
    return { perSecond: PER_SECOND, seconds, answering, hanging }
  } finally {
    await stack.close()
  }
}

/** People whom no message was told yet. */
async function aCrowd(stack: Local, name: string): Promise<readonly string[]> {
  const { appId } = accountOf(DEMO).account
  const template = (stack.wechat.templates()[0]?.priTmplId ?? '') as TemplateId
  const people = Array.from({ length: PEOPLE }, (_, place) => `${name}-${place}`)
  for (const userId of people) {
    const openId = `o${userId.padEnd(27, '0')}` as OpenId
    stack.im.importAccount(userId)
    await giveIdentity(stack, appId, userId as UserId, openId)
    await givePermit(stack, stack.wechat, { appId, openId, template, remaining: 100 })
  }
  return people
}

/** One every few milliseconds, however long the answers take. */
async function callbacksTo(stack: Local, people: readonly string[], seconds: number): Promise<CallbackTimes> {
  const asked = questions(stack)
  let failed = 0
  const start = performance.now()
  const sent = Array.from({ length: PER_SECOND * seconds }, async (_, place) => {
    const due = start + (place * 1000) / PER_SECOND
    await pause(Math.max(0, due - performance.now()))
    if (!(await isTaken(stack, people[place % people.length] ?? '', place))) failed += 1
    return performance.now() - due
  })
  const times = (await Promise.all(sent)).toSorted((left, right) => left - right)
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  const asks = questions(stack) - asked
  return { callbacks: times.length, failed, p50: at(0.5), p99: at(0.99), longest: at(1), questions: asks }
}

const questions = (stack: Local): number => stack.im.outbox().filter(({ path }) => path === QUESTION).length

async function isTaken(stack: Local, to: string, place: number): Promise<boolean> {
  const now = String(toSeconds(stack.clock()))
  const command = 'C2C.CallbackAfterSendMsg'
  const query = new URLSearchParams({
    SdkAppid: DEMO.IM_SDK_APP_ID ?? '',
    CallbackCommand: command,
    contenttype: 'json',
    ClientIP: '203.0.113.7',
    OptPlatform: 'Web',
    Sign: signOf(new Secret(DEMO.IM_CALLBACK_TOKEN ?? ''), now),
    RequestTime: now,
  })
  const body = JSON.stringify({
    CallbackCommand: command,
    From_Account: `sender-${place % 7}`,
    To_Account: to,
    MsgSeq: place,
    MsgRandom: place,
    MsgTime: Number(now),
    MsgKey: `${place}_${place}_${now}`,
    OnlineOnlyFlag: 0,
    MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: '你好，请问什么时候发货？' } }],
    SendMsgResult: 0,
    ErrorInfo: 'send msg succeed',
  })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${stack.url}/im?${query}`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status === 200
}
