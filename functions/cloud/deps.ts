import type { Fetch } from '../../shared/http/request.ts'
import type { TemplateId } from '../../shared/kernel/ids.ts'
import type { Log } from '../../shared/kernel/log.ts'
import type { Clock, Seconds, Sleep } from '../../shared/kernel/time.ts'
import type { decide } from '../../shared/reply/decide.ts'
import type { Handler } from '../../shared/reply/handler.ts'
import type { Documents } from '../../shared/store/documents.ts'
import type { CallContext } from './guard.ts'
import type { OpenApi } from './open-api.ts'

/** What a cloud function takes from the world. */
export interface CloudDeps {
  readonly decide: typeof decide
  readonly handlers: Readonly<Record<string, Handler>>
  readonly longTermTemplates: readonly TemplateId[]
  /** Whether what a client has called is refused. */
  readonly cloudPushStrict: boolean
  readonly pushRetention: Seconds
  readonly openApi: OpenApi
  /** For pictures. */
  readonly fetch: Fetch
  /** In the cloud database, for one invocation. */
  readonly documents: () => Documents
  /** In the memory of the instance: where the database cannot be used. */
  readonly memory: Documents
  readonly caller: () => CallContext
  readonly clock: Clock
  readonly sleep: Sleep
  /** From 0 to 1. */
  readonly random: () => number
  readonly log: Log
}
