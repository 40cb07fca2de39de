import type { PushMode } from '../../shared/kernel/push-mode.ts'
import type { Clock } from '../../shared/kernel/time.ts'
import type { Format } from '../../shared/wechat/wire.ts'
import type { SentMessage } from '../outbox.ts'
import type { PushRecord } from '../pushes.ts'
import type { Delivered } from '../simulator/api/delivered.ts'
import type { Failure } from '../simulator/api/failures.ts'
import type { Call } from '../simulator/api/outbox.ts'
import type { Account, Delivery } from '../simulator/delivery.ts'
import type { Try } from '../simulator/sender.ts'
import type { PlainItem } from '../state.ts'
import type { ImWorld } from './im-world.ts'

interface Sending {
  readonly mode?: PushMode
  readonly format?: Format
  readonly overlapping?: boolean
  readonly tamper?: (delivery: Delivery) => Delivery
}

/** Whose a sample is and what it says, where that matters. */
interface Saying {
  readonly openId?: string
  /** The words of a text. */
  readonly say?: string
}

/** A receiver under test, and WeChat around it. */
export interface World {
  readonly account: Account
  /** How the receiver is set; what it is sent unless a scene says otherwise. */
  readonly mode: PushMode
  /** Ours and WeChat's. */
  readonly clock: Clock
  readonly im: ImWorld
  verify(): Promise<Try>
  /** A sample by its name; the same text goes out again when {@link write} made it. */
  push(sample: string | Written, sending?: Sending): Promise<readonly Try[]>
  write(sample: string, format?: Format, about?: Saying): Written
  pushes(): Promise<readonly PushRecord[]>
  /** What the table holds about a person. */
  kept(openId: string): Promise<readonly PlainItem[]>
  /** What WeChat's API was asked, oldest first. */
  calls(): readonly Call[]
  /** The messages among that, whether WeChat took them or not. */
  sent(): readonly SentMessage[]
  /** What a person sees, oldest first. */
  shown(openId: string): readonly Delivered[]
  /** The next calls of WeChat's API fail so. */
  fail(failure: Failure): void
  /** Until nothing is under way; what waits goes on waiting. */
  settled(): Promise<void>
  /** Moves the clock, and awaits what became due. */
  later(ms: number): Promise<void>
  /** Ends the function once, after its write and before it knows of it. */
  killAtNextWrite(): void
  /** Ends the function once, while WeChat has its message, or has not, and before it knows. */
  killAtNextSend(arrives: boolean): void
  /** The same table behind a function with other settings. */
  fork(env: Readonly<Record<string, string>>): Promise<World>
}

/** A body that stays the same however often it is sent. */
export interface Written {
  readonly sample: string
  readonly format: Format
  readonly text: string
}

/** One line of a story: it happens, and says what came of it. */
export interface Scene {
  /** Chinese, then English. */
  readonly title: readonly [zh: string, en: string]
  /** @throws {Unexpected} when the outcome is not the promised one */
  play(world: World): Promise<string>
}

export interface Scenario {
  readonly summary: readonly [zh: string, en: string]
  /** Of the stack that it is played on; what reads the table's stream has no others. */
  readonly settings?: Readonly<Record<string, string>>
  readonly scenes: readonly Scene[]
}

/** A promise that was not kept. */
export class Unexpected extends Error {}

export function expected(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Unexpected(otherwise)
}
