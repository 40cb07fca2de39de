import type { MsgId } from '../kernel/ids.ts'
import type { Spent } from '../wechat/spend.ts'

/** What came of a message that was asked for. */
export type SendOutcome =
  /** WeChat took it; `subscribe_msg_sent_event` will name the `msgId` and say whether it arrived. */
  | { readonly kind: 'sent'; readonly msgId?: MsgId }
  /** No answer came: it may have arrived, and is not sent again. */
  | { readonly kind: 'unsure' }
  /** The person has not allowed it, or as often as it was sent. */
  | { readonly kind: 'no-permit' }
  /** WeChat says that the person allows nothing (43101). */
  | { readonly kind: 'declined' }
  /** Nobody has logged in by this UserID. */
  | { readonly kind: 'unknown-person' }
  /** Something has to be mended, or the person is gone; the permit is not spent. */
  | { readonly kind: 'refused'; readonly reason: string; readonly errcode?: number }
  /** Nothing was sent and nothing is spent; ask again, with the same key. */
  | { readonly kind: 'try-again'; readonly reason: string; readonly errcode?: number }
  /** Under this key it is being sent just now. */
  | { readonly kind: 'in-progress' }

export function outcomeOf(spent: Spent): SendOutcome {
  switch (spent.kind) {
    case 'sent':
      return { kind: 'sent', ...(spent.msgId === undefined ? {} : { msgId: spent.msgId }) }
    case 'unsure':
    case 'declined':
      return { kind: spent.kind }
    case 'refused': {
      const { next, ...why } = spent.failure
      return { kind: next === 'end' || next === 'mend' ? 'refused' : 'try-again', ...why }
    }
  }
}

/** The same key gives it again. */
export const isFinal = ({ kind }: SendOutcome): boolean => kind !== 'try-again' && kind !== 'in-progress'
