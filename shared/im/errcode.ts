import { Fault } from '../kernel/fault.ts'

/** What is to be done about an ErrorCode of IM's API. */
export type Next =
  /** It may pass: once more, and later again. */
  | 'again'
  /** Too many calls: not at once. */
  | 'slower'
  /** The UserSig is not valid: once with a new one. */
  | 'sign'
  /** Too many wrong signatures: no call for a minute. */
  | 'pause'
  /** Somebody has to change something in IM's console or in the settings. */
  | 'configure'
  /** The plan of the application does not hold it. */
  | 'billing'
  /** Our request is wrong. */
  | 'mend'
  /** IM has no such account. */
  | 'account'
  /** A normal outcome that no repetition changes. */
  | 'end'

interface Meaning {
  /** In kebab-case, for logs. */
  readonly name: string
  readonly next: Next
  /** What to do, for the developer. */
  readonly hint: string
  readonly zh: string
}

type Row = Meaning & { readonly codes: readonly number[] }

const row = (codes: readonly number[], name: string, next: Next, hint: string, zh: string): Row => ({
  codes,
  name,
  next,
  hint,
  zh,
})

/** @see https://cloud.tencent.com/document/product/269/1671 */
const ROWS: readonly Row[] = [
  row(
    [60004, 60005, 60008, 60013, 60014, 70169, 70202, 70500, 20004, 20005, 90992, 90994, 90995, 91000, 10002],
    'busy',
    'again',
    'IM is busy; the call is tried again. 90992 at every call: IM gets no right answer to its callbacks.',
    'IM 服务繁忙，会自动重试；若 90992 持续出现，说明回调应答不正确。',
  ),
  row(
    [60007, 60011, 60018, 60019, 90057, 10006],
    'too-often',
    'slower',
    'More calls than IM allows in a second; the next ones come later.',
    '调用频率超限，稍后再试。',
  ),
  row(
    [70001, 20002],
    'user-sig-expired',
    'sign',
    'The UserSig has expired, and a new one is signed; if it is refused as well, our clock is wrong.',
    'UserSig 已过期，会重新签发；若仍被拒绝，请检查本机时钟。',
  ),
  row(
    [70050],
    'signature-failed-too-often',
    'pause',
    'Too many wrong signatures: no call for a minute. Compare IM_SDK_APP_ID, IM_SECRET_KEY and IM_ADMIN with IM’s console.',
    'UserSig 校验失败次数过多，一分钟内不再调用：请与 IM 控制台核对 IM_SDK_APP_ID、IM_SECRET_KEY、IM_ADMIN。',
  ),
  row(
    [70003, 70005, 70009],
    'user-sig-wrong',
    'configure',
    'The UserSig does not fit the key: compare IM_SECRET_KEY with IM’s console, and check our clock.',
    'UserSig 校验失败：请与 IM 控制台核对 IM_SECRET_KEY，并检查本机时钟。',
  ),
  row(
    [70013],
    'user-sig-of-another',
    'configure',
    'The UserSig is not of the account that calls: compare IM_ADMIN with IM’s console.',
    'UserSig 与调用账号不一致：请与 IM 控制台核对 IM_ADMIN。',
  ),
  row(
    [70014, 70016, 70020, 60006, 60010, 60026],
    'app-unknown-here',
    'configure',
    'This host does not know the application: compare IM_SDK_APP_ID and IM_SECRET_KEY, and choose IM_API_BASE by the region of the application.',
    '该地址没有此应用：请核对 IM_SDK_APP_ID、IM_SECRET_KEY，并按应用所在地域设置 IM_API_BASE。',
  ),
  row(
    [90009, 70403, 40004, 30004, 50003, 60012, 60016, 60017, 60025, 60027],
    'not-an-administrator',
    'configure',
    'IM_ADMIN is no administrator of the application, or the application is switched off: see IM’s console.',
    'IM_ADMIN 不是该应用的管理员，或应用已停用：请查看 IM 控制台。',
  ),
  row(
    [60021],
    'address-refused',
    'configure',
    'The application takes calls from some addresses only, and ours is none of them: see IM’s console.',
    '应用限制了 REST API 的来源 IP，本服务的出口地址不在其中：请查看 IM 控制台。',
  ),
  row(
    [60020, 60028, 80005, 70398, 72000, 72001, 72002, 22007],
    'plan-lacks-it',
    'billing',
    'The plan of the application does not hold this, or is not paid for: see IM’s console.',
    '当前套餐不支持此功能、额度已用完或已欠费：请查看 IM 控制台。',
  ),
  row(
    [
      60002, 60003, 60009, 60015, 70206, 70402, 80002, 90001, 90002, 90003, 90005, 90007, 90010, 90011, 90018, 90028,
      90029, 93000,
    ],
    'request-wrong',
    'mend',
    'IM does not take the request; please report it.',
    'IM 不接受该请求，请反馈此问题。',
  ),
  row(
    [70107, 70051, 90012, 90048, 20003, 40003, 30003, 50001],
    'account-unknown',
    'account',
    'IM has no such account, or not any more: it is there after the first login.',
    'IM 中没有该账号或账号已失效：首次登录后才会存在。',
  ),
  row(
    [20006, 20007, 20009, 20010, 20011, 20012, 80001, 80003, 80004, 10016],
    'message-refused',
    'end',
    'A rule of the application, or of the person, refuses the message.',
    '消息被应用规则或对方拒绝。',
  ),
]

const BY_CODE: ReadonlyMap<number, Meaning> = new Map(ROWS.flatMap((each) => each.codes.map((code) => [code, each])))

const UNKNOWN: Meaning = {
  name: 'unknown',
  next: 'again',
  hint: 'An ErrorCode that is not in our table; look it up in IM’s documentation.',
  zh: '未收录的 ErrorCode，请查 IM 文档。',
}

export const meaningOf = (errcode: number): Meaning => BY_CODE.get(errcode) ?? UNKNOWN

/** Every ErrorCode in the table. */
export const KNOWN_CODES: readonly number[] = [...BY_CODE.keys()]

/** IM_REFUSED, without the `ErrorInfo`, which may quote the request. */
export function refusal(call: string, errcode: number): Fault {
  const { name, hint, zh } = meaningOf(errcode)
  return new Fault('IM_REFUSED', { call, errcode, meaning: name }, { hint, zh })
}

/**
 * What a call's failure asks for.
 * @throws the failure itself when it is not of IM's API
 */
export function nextOf(failure: unknown): Next {
  if (!(failure instanceof Fault)) throw failure
  switch (failure.code) {
    case 'IM_REFUSED':
      return meaningOf(Number(failure.facts.errcode)).next
    case 'IM_UNREACHABLE':
    case 'IM_UNREADABLE':
      return 'again'
    default:
      throw failure
  }
}
