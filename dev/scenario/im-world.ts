import type { SendAnswer } from '../send-request.ts'
import type { SentMessage } from '../simulator/im/c2c.ts'
import type { Message } from '../simulator/im/message.ts'
import type { Try } from '../simulator/sender.ts'

/** Somebody by both names. */
export interface ImPerson {
  readonly userId: string
  readonly openId: string
}

/** What the mini program gets for a code of `wx.login`. */
export interface Login {
  readonly status: number
  readonly userId: string
  readonly userSig: string
}

/** Tencent IM before the receiver, and what a mini program or a server asks it for. */
export interface ImWorld {
  /** The template that notices go out with. */
  readonly template: string
  /** Makes both names known, as a login does, and lets the person be told so often. */
  meet(person: ImPerson, permits: number): Promise<void>
  /** `wx.login`, and POST /login with its code. */
  login(openId: string): Promise<Login>
  /** The person allows one notice more in the popup. */
  allow(openId: string): Promise<readonly Try[]>
  /** POST /send, signed with the local credentials. */
  send(request: object): Promise<SendAnswer>
  /** A message, once its callback is answered. */
  say(from: string, to: string, words: string): Promise<SentMessage>
  mention(from: string, mentioned: readonly string[], words: string): Promise<void>
  comeOnline(userId: string): Promise<void>
  /** IM notices half a minute later. */
  goToBackground(userId: string): Promise<void>
  /** IM notices some seconds later. */
  close(userId: string): Promise<void>
  read(reader: string, peer: string): Promise<void>
  recall(message: Message): Promise<void>
  /** Every callback of a message once more, each signed anew. */
  redeliver(): Promise<void>
  /** How often IM was asked who is online. */
  questions(): number
}
