import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Handler } from '../../shared/reply/handler.ts'

/** A place where an instance waits for the outside. */
export interface Crossing {
  /** `UpdateItem`, `POST /cgi-bin/message/custom/send`, `handler` */
  readonly what: string
  /** Nothing has happened yet, or it has, and its answer is lost with whoever dies here. */
  readonly moment: 'before' | 'after'
}

/** True where the instance dies. It may move the clock meanwhile, or throw: a call that breaks. */
export type Fate = (crossing: Crossing) => boolean

class Killed extends Error {}

const never = (): Promise<never> => new Promise(() => undefined)

/** An instance of a function: from its death on nothing of it goes on, as when Lambda ends the process. */
export class Mortal {
  readonly #fate: Fate
  readonly #end: () => void
  readonly #ended: Promise<never>
  #isDead = false

  constructor(fate: Fate) {
    this.#fate = fate
    let end = (): void => undefined
    this.#ended = new Promise((_, reject) => {
      end = () => reject(new Killed('killed'))
    })
    this.#ended.catch(() => undefined)
    this.#end = end
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Whoever invoked it sees a function error when it dies. */
  async live<T>(work: () => Promise<T>): Promise<T> {
    return await Promise.race([work(), this.#ended])
  }

  async cross<T>(what: string, effect: () => Promise<T>): Promise<T> {
    await this.#reach({ what, moment: 'before' })
    const [outcome] = await Promise.allSettled([effect()])
    await this.#reach({ what, moment: 'after' })
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  }

  /** The same client; every command of it is a crossing. */
  client(client: DynamoDBClient): DynamoDBClient {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          this.cross(commandName, () => next(args)),
      { step: 'initialize' },
    )
    return client
  }

  fetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return (input, init) => this.cross(callOf(String(input), init?.method), () => fetch(input, init))
  }

  handler(handler: Handler): Handler {
    return (context) => this.cross('handler', () => handler(context))
  }

  async #reach(crossing: Crossing): Promise<void> {
    if (!this.#isDead && this.#fate(crossing)) {
      this.#isDead = true
      this.#end()
    }
    if (this.#isDead) await never()
  }
}

/** Without the query, which holds the token, and without what a data: URL is. */
function callOf(url: string, method = 'GET'): string {
  const { protocol, pathname } = new URL(url)
  return protocol === 'data:' ? 'GET data:' : `${method} ${pathname}`
}
