import { randomInt } from 'node:crypto'
import { type Clock, type Seconds, toSeconds } from '../../../shared/kernel/time.ts'

/** An element of a message: `{ MsgType, MsgContent }`. */
export interface MessageElement {
  readonly MsgType: string
  readonly MsgContent: Readonly<Record<string, unknown>>
}

/** What a message says: a text, or elements as IM has them. */
export type Said = { readonly text: string } | { readonly body: readonly MessageElement[] }

/** A one-to-one message. */
export interface Message {
  readonly from: string
  readonly to: string
  readonly seq: number
  readonly random: number
  readonly time: Seconds
  /** `MsgKey`: unique within one conversation. */
  readonly key: string
  readonly id: string
  readonly body: readonly unknown[]
  readonly cloudCustomData: string
  /** For whoever is online now, and nobody else. */
  readonly isOnlineOnly: boolean
}

export interface MessageDraft {
  readonly from: string
  readonly to: string
  readonly body: readonly unknown[]
  readonly cloudCustomData: string
  readonly isOnlineOnly: boolean
  readonly seq?: number | undefined
  readonly random?: number | undefined
}

const UINT32 = 2 ** 32

export const aRandom = (): number => randomInt(UINT32)

export const isUint32 = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < UINT32

export const bodyOf = (said: Said): readonly MessageElement[] =>
  'body' in said ? said.body : [{ MsgType: 'TIMTextElem', MsgContent: { Text: said.text } }]

/** Messages are numbered as a client does it: from anywhere, upwards. */
export function messages(clock: Clock): (draft: MessageDraft) => Message {
  let last = randomInt(UINT32 / 2)
  return ({ seq, random = aRandom(), ...draft }) => {
    last += 1
    const number = seq ?? last
    const time = toSeconds(clock())
    return {
      ...draft,
      seq: number,
      random,
      time,
      key: `${number}_${random}_${time}`,
      id: `144115233406643804-${time}-${random}`,
    }
  }
}
