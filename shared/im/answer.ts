import { assertNever } from '../kernel/never.ts'
import type { BeforeMessage } from './callback.ts'
import { type MessageElement, writeElement } from './element.ts'

/** What becomes of a message that IM has not sent yet. */
export type Verdict =
  | { readonly kind: 'allow' }
  /** It goes out with these in place of its own; what is left out stays as it was. */
  | { readonly kind: 'rewrite'; readonly elements?: readonly MessageElement[]; readonly cloudCustomData?: string }
  /** Whoever sent it is told so: 20006, in a group 10016, or a code of ours with a text. */
  | { readonly kind: 'refuse'; readonly code?: number; readonly info?: string }
  /** It does not arrive, and whoever sent it is not told. */
  | { readonly kind: 'drop' }

export const allow: Verdict = { kind: 'allow' }
export const refuse: Verdict = { kind: 'refuse' }
export const drop: Verdict = { kind: 'drop' }

/** The sender's client gets both: a code from 120001 to 130000, in a group from 10100 to 10200; any other becomes 1. */
export const refuseWith = (code: number, info: string): Verdict => ({ kind: 'refuse', code, info })

/** Elements may be left out, and put in their place: pictures, sounds, files and videos cannot be changed, texts can. */
export const rewrite = (changes: Omit<Extract<Verdict, { readonly kind: 'rewrite' }>, 'kind'>): Verdict => ({
  ...changes,
  kind: 'rewrite',
})

/** @see https://cloud.tencent.com/document/product/269/1632 */
export interface ImAnswer {
  readonly ActionStatus: 'OK'
  readonly ErrorCode: number
  readonly ErrorInfo: string
  readonly MsgBody?: readonly unknown[]
  readonly CloudCustomData?: string
}

/** To everything that asks for nothing. */
export const ACKNOWLEDGED: ImAnswer = { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' }

export function answerOf(verdict: Verdict, scope: BeforeMessage['scope']): ImAnswer {
  switch (verdict.kind) {
    case 'allow':
      return ACKNOWLEDGED
    case 'rewrite':
      return { ...ACKNOWLEDGED, ...rewritten(verdict) }
    case 'refuse':
      return { ...ACKNOWLEDGED, ...refusal(verdict, scope) }
    case 'drop':
      return { ...ACKNOWLEDGED, ErrorCode: 2 }
    default:
      return assertNever(verdict)
  }
}

const rewritten = ({ elements = [], cloudCustomData }: Extract<Verdict, { readonly kind: 'rewrite' }>) => ({
  ...(elements.length === 0 ? {} : { MsgBody: elements.map(writeElement) }),
  ...(cloudCustomData === undefined ? {} : { CloudCustomData: cloudCustomData }),
})

const OURS = { person: [120_001, 130_000], group: [10_100, 10_200] } as const

/** What IM makes of any other code is not documented. */
function refusal(
  { code = 1, info = '' }: Extract<Verdict, { readonly kind: 'refuse' }>,
  scope: BeforeMessage['scope'],
) {
  const [least, most] = OURS[scope]
  const isOurs = Number.isInteger(code) && code >= least && code <= most
  return { ErrorCode: isOurs ? code : 1, ErrorInfo: info }
}
