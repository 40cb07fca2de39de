import type { PushMode } from '../../shared/kernel/push-mode.ts'
import type { Format } from '../../shared/wechat/wire.ts'
import type { PushRecord } from '../pushes.ts'
import type { Account, Delivery } from '../simulator/delivery.ts'
import type { Try } from '../simulator/sender.ts'

interface Sending {
  readonly mode?: PushMode
  readonly format?: Format
  readonly overlapping?: boolean
  readonly tamper?: (delivery: Delivery) => Delivery
}

/** A receiver under test, and WeChat before it. */
export interface World {
  readonly account: Account
  /** How the receiver is set; what it is sent unless a scene says otherwise. */
  readonly mode: PushMode
  verify(): Promise<Try>
  /** A sample by its name; the same text goes out again when {@link write} made it. */
  push(sample: string | Written, sending?: Sending): Promise<readonly Try[]>
  write(sample: string, format?: Format): Written
  pushes(): Promise<readonly PushRecord[]>
  /** Ends the function once, after its write and before it knows of it. */
  killAtNextWrite(): void
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
  readonly scenes: readonly Scene[]
}

/** A promise that was not kept. */
export class Unexpected extends Error {}

export function expected(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Unexpected(otherwise)
}
