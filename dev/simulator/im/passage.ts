import type { CallbackVerdict } from './callback-verdict.ts'

/** What a message says, apart from who says it to whom. */
export interface Content {
  readonly body: readonly unknown[]
  readonly cloudCustomData: string
}

/** Whether a message passes the callback before it, and as what. */
type Passage =
  | { readonly kind: 'passes'; readonly content: Content }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'refused'; readonly errorCode: number; readonly errorInfo: string }

/** What a message that nobody could be asked about does: the console's setting. */
export type OnFailure = 'deliver' | 'refuse'

/** `undefined`: nobody was asked. */
export function passageOf(verdict: CallbackVerdict | undefined, content: Content, onFailure: OnFailure): Passage {
  switch (verdict?.kind) {
    case undefined:
      return { kind: 'passes', content }
    case 'taken':
      return { kind: 'passes', content: { ...content, ...verdict.rewritten } }
    case 'dropped':
      return { kind: 'dropped' }
    case 'refused':
      return { kind: 'refused', errorCode: verdict.errorCode, errorInfo: verdict.errorInfo }
    case 'failed':
    case 'unanswered':
      return onFailure === 'deliver'
        ? { kind: 'passes', content }
        : { kind: 'refused', errorCode: 80003, errorInfo: 'the callback before the message failed' }
  }
}
