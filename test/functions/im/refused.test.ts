import { describe, expect, it } from 'vitest'
import { signCallback } from '../../../shared/im/signature.ts'
import type { FaultCode } from '../../../shared/kernel/fault.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { NOW, oneLetterOff, withQuery } from '../../support/build.ts'
import { ALICE, aCallback, aGroupBody, aMessageBody, aStateBody, BOB, IM_TOKEN } from '../../support/im.ts'
import { ACCEPTED, anImApp } from '../../support/im-app.ts'

type Posted = ReturnType<typeof aCallback> & { readonly method?: string }

const good = aCallback()
const { query, body } = good
const sign = new URLSearchParams(query).get('Sign') ?? ''
const asked = (changes: Readonly<Record<string, string | undefined>>): Posted => ({
  query: withQuery(query, changes),
  body,
})
const also = (member: string): Posted => ({ query: `${query}&${member}`, body })
const signedAt = (by: number): Posted => aCallback(aMessageBody(), { now: seconds(NOW + by) })
const said = (text: string): Posted => ({ query, body: text })
const read = { CallbackCommand: 'C2C.CallbackAfterMsgReport', Report_Account: BOB, Peer_Account: ALICE }
const recall = { CallbackCommand: 'C2C.CallbackAfterMsgWithDraw', From_Account: ALICE, To_Account: BOB }
const signed = (text: string): string => signCallback(new Secret(text), '')

/** Each differs in one thing from a callback that is accepted. */
const REFUSED: ReadonlyArray<readonly [what: string, posted: Posted, code: FaultCode]> = [
  ['that is a GET', { ...good, method: 'GET' }, 'METHOD_UNKNOWN'],
  ['that is a PUT', { ...good, method: 'PUT' }, 'METHOD_UNKNOWN'],
  ['without a query', { query: '', body }, 'CALLBACK_INCOMPLETE'],
  ['without Sign', asked({ Sign: undefined }), 'CALLBACK_INCOMPLETE'],
  ['without RequestTime', asked({ RequestTime: undefined }), 'CALLBACK_INCOMPLETE'],
  ['without SdkAppid', asked({ SdkAppid: undefined }), 'CALLBACK_INCOMPLETE'],
  ['without CallbackCommand', asked({ CallbackCommand: undefined }), 'CALLBACK_INCOMPLETE'],
  ['with two Signs', also(`Sign=${sign}`), 'CALLBACK_INCOMPLETE'],
  ['with two RequestTimes', also(`RequestTime=${NOW}`), 'CALLBACK_INCOMPLETE'],
  ['with two SdkAppids', also('SdkAppid=1400000000'), 'CALLBACK_INCOMPLETE'],
  ['with two CallbackCommands', also('CallbackCommand=State.StateChange'), 'CALLBACK_INCOMPLETE'],
  ['whose SdkAppid is spelled SDKAppID', { query: query.replace('SdkAppid', 'SDKAppID'), body }, 'CALLBACK_INCOMPLETE'],
  ['with an empty Sign', asked({ Sign: '' }), 'CALLBACK_INCOMPLETE'],
  ['with half a Sign', asked({ Sign: sign.slice(32) }), 'CALLBACK_INCOMPLETE'],
  ['with a Sign that is no hex', asked({ Sign: `${sign.slice(1)}g` }), 'CALLBACK_INCOMPLETE'],
  ['with a blank before its Sign', asked({ Sign: ` ${sign}` }), 'CALLBACK_INCOMPLETE'],
  ['with an empty RequestTime', asked({ RequestTime: '', Sign: signed(IM_TOKEN) }), 'CALLBACK_INCOMPLETE'],
  ['with a digit of its token in RequestTime', asked({ RequestTime: `4${NOW}` }), 'CALLBACK_INCOMPLETE'],
  ['whose RequestTime is milliseconds', asked({ RequestTime: `${NOW}000` }), 'CALLBACK_INCOMPLETE'],
  ['whose RequestTime has a fraction', asked({ RequestTime: `${NOW}.0` }), 'CALLBACK_INCOMPLETE'],
  ['whose RequestTime is other digits', asked({ RequestTime: '１７６０００００００' }), 'CALLBACK_INCOMPLETE'],
  ['whose CallbackCommand is a line break', asked({ CallbackCommand: 'State\nChange' }), 'CALLBACK_INCOMPLETE'],
  ['of another application', asked({ SdkAppid: '1400000001' }), 'CALLBACK_FOREIGN'],
  ['whose SdkAppid begins with a zero', asked({ SdkAppid: '01400000000' }), 'CALLBACK_FOREIGN'],
  ['signed 61 s ago', signedAt(-61), 'CALLBACK_STALE'],
  ['replayed a day later', signedAt(-86_400), 'CALLBACK_STALE'],
  ['signed 61 s ahead', signedAt(61), 'CALLBACK_STALE'],
  ['with one letter off in its Sign', asked({ Sign: oneLetterOff(sign) }), 'CALLBACK_FORGED'],
  ['signed with another token', aCallback(aMessageBody(), { token: oneLetterOff(IM_TOKEN) }), 'CALLBACK_FORGED'],
  ['signed with no token', aCallback(aMessageBody(), { token: '' }), 'CALLBACK_FORGED'],
  ['of another second than was signed', asked({ RequestTime: String(NOW + 1) }), 'CALLBACK_FORGED'],
  ['of more than 256 KiB', said(body.padEnd(256 * 1024 + 1)), 'BODY_TOO_LARGE'],
  ['without a body', said(''), 'CALLBACK_UNREADABLE'],
  ['that is a form', said('CallbackCommand=C2C.CallbackAfterSendMsg'), 'CALLBACK_UNREADABLE'],
  ['that is XML', said('<xml></xml>'), 'CALLBACK_UNREADABLE'],
  ['that is cut', said(body.slice(0, -1)), 'CALLBACK_UNREADABLE'],
  ['that is a list', said(`[${body}]`), 'CALLBACK_UNREADABLE'],
  ['that is null', said('null'), 'CALLBACK_UNREADABLE'],
  ['with a text around it', said(JSON.stringify(body)), 'CALLBACK_UNREADABLE'],
  ['whose body is another command', said(JSON.stringify(aStateBody())), 'CALLBACK_CONTRADICTORY'],
  ['whose query is another command', asked({ CallbackCommand: 'State.StateChange' }), 'CALLBACK_CONTRADICTORY'],
  ['whose body names no command', said('{}'), 'CALLBACK_CONTRADICTORY'],
  ['whose body names a list of commands', said('{"CallbackCommand":["a"]}'), 'CALLBACK_CONTRADICTORY'],
  ['to nobody', aCallback(aMessageBody({ To_Account: undefined })), 'CALLBACK_CONTRADICTORY'],
  ['from a number', aCallback(aMessageBody({ From_Account: 7 })), 'CALLBACK_CONTRADICTORY'],
  ['to somebody of 33 bytes', aCallback(aMessageBody({ To_Account: 'x'.repeat(33) })), 'CALLBACK_CONTRADICTORY'],
  ['to somebody of two lines', aCallback(aMessageBody({ To_Account: 'a\nb' })), 'CALLBACK_CONTRADICTORY'],
  ['of no time', aCallback(aMessageBody({ MsgTime: undefined })), 'CALLBACK_CONTRADICTORY'],
  ['of a time in milliseconds', aCallback(aMessageBody({ MsgTime: NOW * 1000 })), 'CALLBACK_CONTRADICTORY'],
  ['without elements', aCallback(aMessageBody({ MsgBody: null })), 'CALLBACK_CONTRADICTORY'],
  ['of no group', aCallback(aGroupBody({ GroupId: undefined })), 'CALLBACK_CONTRADICTORY'],
  ['of a state of nobody', aCallback(aStateBody({ Info: {} })), 'CALLBACK_CONTRADICTORY'],
  ['of something read at no time', aCallback(read), 'CALLBACK_CONTRADICTORY'],
  ['of something recalled that has no key', aCallback(recall), 'CALLBACK_CONTRADICTORY'],
]

describe('POST /im refuses with 401, an empty body and no write, a callback', () => {
  it('unlike the one from which all of these differ', async () => {
    expect(await anImApp().send(good)).toEqual(ACCEPTED)
  })

  it.each(REFUSED)('%s', async (_, posted, code) => {
    const { send, items, logged, lines } = anImApp()
    expect(await send(posted)).toEqual({ status: 401, body: '' })
    expect(items()).toEqual([])
    expect(logged()).toMatchObject([{ level: 'warn', event: 'im.refused', reason: code }])
    expect(lines.join('')).not.toContain(sign)
  })
})

describe('POST /im is not moved by what is not signed', () => {
  const accepted: ReadonlyArray<readonly [what: string, posted: Posted]> = [
    ['a Sign in capitals', asked({ Sign: sign.toUpperCase() })],
    ['a contenttype of another case', asked({ contenttype: 'JSON' })],
    ['no contenttype', asked({ contenttype: undefined })],
    ['an address that is none', asked({ ClientIP: "' OR 1=1" })],
    ['a platform that is none', asked({ OptPlatform: '__proto__' })],
    ['no platform', asked({ OptPlatform: undefined })],
    ['another parameter', also('RequestID=1')],
    ['a byte-order mark', said(`\ufeff${body}`)],
    ['a member of a prototype', said(body.replace('{', '{"__proto__":{"To_Account":"carol"},'))],
  ]
  it.each(accepted)('%s: accepted all the same', async (_, posted) => {
    const { send, items } = anImApp()
    expect(await send(posted)).toEqual(ACCEPTED)
    expect(items()).toMatchObject([{ to: { S: BOB } }])
  })
})
