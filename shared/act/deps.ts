import type { AppId, TemplateId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Clock, Sleep } from '../kernel/time.ts'
import type { decide } from '../reply/decide.ts'
import type { Handler } from '../reply/handler.ts'
import type { Work } from '../store/work.ts'
import type { Messenger } from '../wechat/outgoing.ts'

/** What acting takes from the world. */
export interface ActDeps {
  /** The rules; the same push gets the same decision. */
  readonly decide: typeof decide
  readonly work: Work
  readonly messenger: Messenger
  readonly handlers: Readonly<Record<string, Handler>>
  readonly appId: AppId
  readonly longTermTemplates: readonly TemplateId[]
  readonly clock: Clock
  readonly sleep: Sleep
  /** From 0 to 1. */
  readonly random: () => number
  readonly log: Log
}
